import * as v from "valibot";

/** What a member needs seats for, and why an owner or admin declines: a sentence. */
export const Sentence = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, "Enter a sentence."),
  v.maxLength(300, "At most 300 characters."),
);

/** The state of a request: `paying` while its seats are being bought; one that expires stays `open` in its row. */
export const requestStates = ["open", "paying", "approved", "declined", "revoked"] as const;
export type RequestState = (typeof requestStates)[number];
