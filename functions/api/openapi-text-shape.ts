/** What an operation is called in the API reference, and what there is to know of it beyond that. */
export type OperationText = { summary: string; description?: string };
