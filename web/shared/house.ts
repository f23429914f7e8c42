/** What the house is called, as the service wrote it into the page. */
export const house = document.documentElement.dataset['house']!
