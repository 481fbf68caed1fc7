import { preview as previewRollout } from "@muster/core/rollout/preview.ts";
import * as Rollout from "@muster/core/rollout/rollout.ts";
import * as Catalog from "@muster/core/setting/catalog.ts";
import * as Document from "@muster/core/setting/document.ts";
import * as Effective from "@muster/core/setting/effective.ts";
import * as History from "@muster/core/setting/history.ts";
import * as MemberLayer from "@muster/core/setting/member-layer.ts";
import * as OrganizationLayer from "@muster/core/setting/organization-layer.ts";
import * as Preview from "@muster/core/setting/preview.ts";
import * as Setting from "@muster/core/setting/setting.ts";
import * as TeamLayer from "@muster/core/setting/team-layer.ts";
import * as Websites from "@muster/core/setting/websites.ts";
import type { Context } from "hono";
import { Hono } from "hono/quick";
import { maxKibibytesOfLists } from "./body.ts";
import type { Env } from "./env.ts";
import { command, download, query } from "./operation.ts";

export const settings = new Hono<Env>()
  /**
   * Get the settings. The values and locks of the organization. Where it sets nothing, the operator and the presets
   * decide.
   */
  .get("/", query(OrganizationLayer.get, { id: "getSettings" }))
  /**
   * Update the settings. Saves all changes as one revision. Settings that you leave out keep their values; `null`
   * leaves a setting to the layers above.
   */
  .patch(
    "/",
    command(OrganizationLayer.change, {
      id: "updateSettings",
      etagOf: OrganizationLayer.get,
      maxBody: maxKibibytesOfLists,
    }),
  )
  /**
   * Preview a change of the settings. For how many members a value would change, and what else would follow. The
   * change is one of the organization's settings, back to a revision with `to`, or by a settings file with
   * `document`. Nothing is saved; a change that would be refused is refused here.
   */
  .post("/preview", command(Preview.preview, { id: "previewSettings", maxBody: maxKibibytesOfLists }))
  /** Get the catalog of the settings. The models and applications that settings may name, in the operator's order. */
  .get("/catalog", query(Catalog.getCatalog, { id: "getSettingsCatalog" }))
  /** Get all denied websites. As the organization lists them, by name. */
  .get("/websites", query(Websites.getWebsites, { id: "getDeniedWebsites" }))
  /** Export the settings. A YAML file with what each setting does. Imported as it is, it changes nothing. */
  .get(
    "/document",
    download(Document.exportDocument, { id: "exportSettings", media: "application/yaml", answer: asFile }),
  )
  /**
   * Import the settings. Saves a settings file as one revision. A section or a team that is not in the file stays; a
   * setting that its section leaves out is left to the layers above, and a field that `general` leaves out is
   * removed. Teams go by their names. A change of single sign-on requires a confirmed identity. With `isCheck` it
   * returns what would change, and saves nothing.
   */
  .post("/document", command(Document.importDocument, { id: "importSettings", maxBody: maxKibibytesOfLists }))
  /**
   * Get the settings of a member. The value of each setting for a member, where it comes from, and what each layer
   * says, from top to bottom. Without `account`, yours. For a list of more than 100 entries, only its length is
   * returned, unless `lists` is `full`.
   */
  .get("/effective", query(Effective.effective, { id: "getEffectiveSettings", filters: ["account"] }))
  /** Get your own settings. Your own choices, whether or not a layer above locks them. */
  .get("/own", query(MemberLayer.getOwn, { id: "getOwnSettings" }))
  /** Update your own settings. Saves what you chose. A choice has no effect while a layer above locks its setting. */
  .patch("/own", command(MemberLayer.choose, { id: "updateOwnSettings", etagOf: MemberLayer.getOwn }))
  /** List revisions of the settings. Newest first. */
  .get("/history", query(History.history, { id: "listSettingsRevisions" }))
  /**
   * Restore the settings. Gives the settings the values of an earlier revision, as a new revision: those of the
   * organization, the general settings except the name, and the overrides of the teams that still exist. A change of
   * single sign-on requires a confirmed identity.
   */
  .post("/restore", command(History.restore, { id: "restoreSettings" }))
  /** Get the settings of a team. The overrides of the team. */
  .get("/teams/:team", query(TeamLayer.getTeam, { id: "getTeamSettings" }))
  /**
   * Preview a change of a team's settings. The number of members who would get another value if the team overrode the
   * settings in another way. Nothing is saved; a change that would be refused is refused here.
   */
  .post("/teams/:team/preview", command(Preview.previewTeam, { id: "previewTeamSettings" }))
  /**
   * Update the settings of a team. What is not open to teams is saved, and has no effect until the organization opens
   * it.
   */
  .patch("/teams/:team", command(TeamLayer.changeTeam, { id: "updateTeamSettings", etagOf: TeamLayer.getTeam }))
  /** Get the rollout. The change that reaches devices in waves, and how far it has come. Empty if none does. */
  .get("/rollout", query(Rollout.get, { id: "getRollout" }))
  /**
   * Preview the waves of a rollout. The number of devices that each wave would have. A share is of the devices that are
   * chosen for the next revision: another change before it chooses others. In an organization with very many devices,
   * only some are counted.
   */
  .post("/rollout/preview", command(previewRollout, { id: "previewRollout" }))
  /** Pause the rollout. No further wave begins until you resume it. */
  .post("/rollout/pause", command(Rollout.pause, { id: "pauseRollout" }))
  /**
   * Resume the rollout. One that was paused, or has halted. Its wave has all its time again, and as many devices may
   * refuse the change as do already.
   */
  .post("/rollout/resume", command(Rollout.resume, { id: "resumeRollout" }))
  /** Release the change to everybody. The rollout ends. */
  .post("/rollout/finish", command(Rollout.finish, { id: "finishRollout" }))
  /**
   * Roll back the change. Gives everything that the rollout changed its former value, as a new revision for
   * everybody. The rollout ends.
   */
  .post("/rollout/roll-back", command(History.rollBack, { id: "rollBackRollout" }))
  /** Get the general settings. Name, contact, address, and single sign-on. */
  .get("/general", query(Setting.getGeneral, { id: "getGeneralSettings" }))
  /**
   * Update the general settings. Fields that you leave out keep their values; `null` removes one. A change of
   * `singleSignOn` requires a confirmed identity.
   */
  .patch("/general", command(Setting.saveGeneral, { id: "updateGeneralSettings", etagOf: Setting.getGeneral }));

function asFile(c: Context<Env>, document: string): string {
  c.header("content-disposition", 'attachment; filename="settings.yaml"');
  return document;
}
