import { plainLines } from "../../base/shape.ts";

/** What a member needs seats for, and why an owner or admin declines: a sentence or two. */
export const Sentence = plainLines("reason", 300);

/** The state of a request: `paying` while its seats are being bought; one that expires stays `open` in its row. */
export const requestStates = ["open", "paying", "approved", "declined", "revoked"] as const;
export type RequestState = (typeof requestStates)[number];
