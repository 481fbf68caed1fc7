import { minuteSeconds } from "../base/duration.ts";

/** Updates on a page of a feed. */
export const pageSize = 20;
/** Pinned updates of an organization or a team. */
export const maxPins = 5;
export const maxTags = 10;
export const titleLength = 120;
export const contentLength = 20_000;
export const commentLength = 5_000;
/** Characters that a feed shows of a longer text. */
export const excerptLength = 500;
/** Members and teams that one text mentions. */
export const maxMentions = 50;
/** Updates that one request marks as seen. */
export const maxSeen = 50;
/** Earlier versions of an update that are shown; a long text is 80 KB. */
export const maxVersions = 20;
/** Minutes in which a deleted update or comment can be restored. SQS delays a message by at most 15 minutes. */
export const undoMinutes = 10;
/** After the time in which an update can be restored, with some to spare for clocks that differ. */
export const eraseDelaySeconds = (undoMinutes + 4) * minuteSeconds;
/** Reports of one text that owners and admins see. */
export const maxReports = 50;
export const noteLength = 200;
/** Updates of one place that a search looks at because a longer word begins like the typed one. */
export const maxExamined = 500;
/** Days that the time of a member's last look at a feed is kept. */
export const visitDays = 90;
