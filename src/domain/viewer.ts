/** Whether who looks may know what the seller knows. */
export type Viewer = 'public' | 'owner'
