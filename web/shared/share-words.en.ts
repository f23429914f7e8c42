export const texts = {
  share: 'Share',
  copied: 'The address was copied.',
  address: 'Address to copy',
}

export type Texts = typeof texts
