import * as Hold from "@muster/core/import/hold.ts";
import { Hono } from "hono";
import { command } from "./door.ts";
import type { Env } from "./env.ts";

/** Under the imports of an organization: all of them, or one. */
export const importMail = new Hono<Env>()
  .post("/pause-mails", command(Hold.pauseMail, { summary: "Pause the mails of all imports" }))
  .post("/resume-mails", command(Hold.resumeMail, { summary: "Let the mails of all imports leave again" }))
  .post("/:import/pause-mail", command(Hold.pauseMail, { summary: "Pause the mails of an import" }))
  .post("/:import/resume-mail", command(Hold.resumeMail, { summary: "Let the mails of an import leave again" }));
