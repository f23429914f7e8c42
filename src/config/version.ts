/** Of the service and of its client: they are released together. */
export const version = '0.1.0'
