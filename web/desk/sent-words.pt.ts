import type { Texts } from './sent-words.en.ts'

export const texts: Texts = {
  webhooks: 'Webhooks',
  webhooksHint:
    'Um programa seu fica a saber o que acontece: cada evento é enviado ao seu endereço, assinado, por ordem em cada lote, e de novo durante três dias até responder.',
  noWebhooks: 'Ainda nenhum.',
  address: 'Endereço (https)',
  events: 'Eventos',
  add: 'Criar webhook',
  remove: 'Remover',
  secretOnce: 'Este segredo verifica as assinaturas. Copie-o agora: não será mostrado de novo.',
  look: 'O que lhe foi enviado',
  deliveries: 'E-mails, mensagens push e webhooks',
  deliveriesHint: 'O que sai da casa, o mais recente primeiro, durante 30 dias.',
  all: 'Todos',
  states: { waiting: 'À espera', sent: 'Enviado', dropped: 'Já não necessário', dead: 'Abandonado' },
  ways: { email: 'E-mail', push: 'Push', webhook: 'Webhook' },
  none: 'Aqui não há nada.',
  tries: (count) => (count === 1 ? '1 tentativa' : `${count} tentativas`),
  next: (time) => `próxima ${time}`,
  again: 'Enviar de novo',
}
