import { plainLines } from "../../base/shape.ts";

/** A member's purpose of seats, or an owner's or admin's reason to decline: a sentence or two. */
export const Sentence = plainLines("reason", 300);

/** The state of a request: `paying` while its seats are being bought; one that expires stays `open` in its row. */
export const requestStates = ["open", "paying", "approved", "declined", "revoked"] as const;
export type RequestState = (typeof requestStates)[number];
