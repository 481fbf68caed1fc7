import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { resendable } from "../invitation/shape.ts";
import * as Event from "../kernel/event.ts";
import { endings, reasonNames, scriptRoles, sources } from "./shape.ts";

/** The import. */
const id = ID.schema("import");
/** The account that the import runs as. */
const by = ID.schema("account");
/** The number of times that the file was read, this time included. */
const pass = Integer;
const Rules = v.object({
  /** The account that scripts import for. */
  runAs: v.optional(ID.schema("account")),
  /** The highest role that rows may have. */
  role: known(scriptRoles),
  /** The number of days that invitations stay open. */
  lifetimeDays: Integer,
});

/** A file to import is uploaded. */
export const ImportCreated = Event.define(
  "import.created",
  v.object({
    import: id,
    /** The dashboard or a script. */
    via: known(sources),
    by: v.optional(by),
  }),
);
/** An import starts to read its file. */
export const ImportStarted = Event.define("import.started", v.object({ import: id, pass, by }));
/** An owner or admin cancels an import. */
export const ImportCanceled = Event.define("import.canceled", v.object({ import: id }));
/** An owner or admin retries the rows that may have another result. */
export const ImportRetried = Event.define("import.retried", v.object({ import: id, pass, by }));
/** An import ends. */
export const ImportEnded = Event.define(
  "import.ended",
  v.object({
    import: id,
    /** The state in which it ended. */
    state: known(endings),
    /** The reason that it failed or ended early. */
    reason: v.optional(known(reasonNames)),
  }),
);
/** An owner or admin pauses the emails of an import. */
export const ImportMailsPaused = Event.define("import.mails_paused", v.object({ import: id }));
/** An owner or admin resumes the emails of an import. */
export const ImportMailsResumed = Event.define("import.mails_resumed", v.object({ import: id }));
/** An owner or admin resends emails of an import that failed or are not confirmed. */
export const ImportMailsResent = Event.define(
  "import.mails_resent",
  v.object({
    import: id,
    /** The status of the emails. */
    mail: known(resendable),
    /** The position in the log of the event whose emails they are. */
    mailing: Integer,
    /** The number of emails that are sent again. */
    count: Integer,
  }),
);
/** An owner or admin changes how scripts import. */
export const ImportSettingChanged = Event.define(
  "import.setting_changed",
  v.object({
    /** The setting before. */
    from: Rules,
    /** The setting after. */
    to: Rules,
  }),
);
