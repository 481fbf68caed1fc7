/** No name and no address is longer. */
export const maxText = 320;
/** Characters without a shape that people copy along, and marks that change the writing direction. */
export const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;

type Schema = { readonly "~standard": { readonly validate: (value: unknown) => unknown } };

/** Returns what a shape makes of a text. The shapes of lines are never asynchronous, nor fast for very long texts. */
export function valid(shape: Schema, text: string): string | undefined {
  // threat: an endless cell of a file keeps a worker busy for hours
  if (text.length > maxText) return undefined;
  const result = shape["~standard"].validate(text) as { value?: string; issues?: unknown };
  return result.issues ? undefined : result.value;
}
