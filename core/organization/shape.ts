import { line } from "../base/shape.ts";

/** 1 to 60 characters on one line, nothing that mail clients turn into a link. */
export const OrganizationName = line("name", 60);

export const states = ["active", "suspended", "deleted"] as const;
/** Reasons that its invitation emails are paused: too many bounced, or were reported as spam. */
export const pauseReasons = ["bounced", "complained"] as const;
export type PauseReason = (typeof pauseReasons)[number];
/**
 * The people who can post updates to the organization: `members` with the role Write or above, or only owners and
 * `admins`. Where it is `off` there are no updates at all.
 */
export const postings = ["members", "admins", "off"] as const;
export type Posting = (typeof postings)[number];
export type State = (typeof states)[number];
