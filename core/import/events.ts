import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { resendable } from "../invitation/shape.ts";
import * as Event from "../kernel/event.ts";
import { endings, reasonNames, scriptRoles, sources } from "./shape.ts";

const id = ID.schema("import");
const account = ID.schema("account");
const Rules = v.object({
  /** The account that scripts import for. */
  runAs: v.optional(account),
  /** The highest role that rows may have. */
  role: known(scriptRoles),
  /** How long invitations stay open, in days. */
  lifetimeDays: Integer,
});

export const ImportCreated = Event.define(
  "import.created",
  v.object({ import: id, via: known(sources), by: v.optional(account) }),
);
export const ImportStarted = Event.define("import.started", v.object({ import: id, pass: Integer, by: account }));
export const ImportCanceled = Event.define("import.canceled", v.object({ import: id }));
export const ImportRetried = Event.define("import.retried", v.object({ import: id, pass: Integer, by: account }));
export const ImportEnded = Event.define(
  "import.ended",
  v.object({ import: id, state: known(endings), reason: v.optional(known(reasonNames)) }),
);
export const ImportMailsPaused = Event.define("import.mails_paused", v.object({ import: id }));
export const ImportMailsResumed = Event.define("import.mails_resumed", v.object({ import: id }));
/** How many invitations of one mailing are emailed again, and what was wrong with their email. */
export const ImportMailsResent = Event.define(
  "import.mails_resent",
  v.object({ import: id, mail: known(resendable), mailing: Integer, count: Integer }),
);
export const ImportSettingChanged = Event.define("import.setting_changed", v.object({ from: Rules, to: Rules }));
