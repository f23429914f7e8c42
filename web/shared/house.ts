/** What the house is called, as the service wrote it into the page. */
export const house = document.querySelector<HTMLMetaElement>('[name=application-name]')?.content ?? 'Martillo'
