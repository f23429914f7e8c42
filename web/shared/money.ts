import { computed } from '@preact/signals'
import { formatMoney } from './figures.ts'
import { locale } from './language.ts'

/** Money as the reader writes it; redraws what uses it when the language changes. */
/** Short, for a button that is one of several: no decimals where there is nothing in them. */
export const brief = computed(() => {
  const into = locale.value
  return (minor: number, currency: string) =>
    formatMoney(minor, currency, into, { trailingZeroDisplay: 'stripIfInteger' })
})

export const money = computed(() => {
  const into = locale.value
  return (minor: number, currency: string) => formatMoney(minor, currency, into)
})
