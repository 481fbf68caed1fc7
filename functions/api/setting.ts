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
  .get("/", query(OrganizationLayer.get, { id: "getSettings" }))
  .patch(
    "/",
    command(OrganizationLayer.change, {
      id: "updateSettings",
      etagOf: OrganizationLayer.get,
      maxBody: maxKibibytesOfLists,
    }),
  )
  .post("/preview", command(Preview.preview, { id: "previewSettings", maxBody: maxKibibytesOfLists }))
  .get("/catalog", query(Catalog.getCatalog, { id: "getSettingsCatalog" }))
  .get("/websites", query(Websites.getWebsites, { id: "getDeniedWebsites" }))
  .get(
    "/document",
    download(Document.exportDocument, { id: "exportSettings", media: "application/yaml", answer: asFile }),
  )
  .post("/document", command(Document.importDocument, { id: "importSettings", maxBody: maxKibibytesOfLists }))
  .get("/effective", query(Effective.effective, { id: "getEffectiveSettings", filters: ["account"] }))
  .get("/own", query(MemberLayer.getOwn, { id: "getOwnSettings" }))
  .patch("/own", command(MemberLayer.choose, { id: "updateOwnSettings", etagOf: MemberLayer.getOwn }))
  .get("/history", query(History.history, { id: "listSettingsRevisions" }))
  .post("/restore", command(History.restore, { id: "restoreSettings" }))
  .get("/teams/:team", query(TeamLayer.getTeam, { id: "getTeamSettings" }))
  .post("/teams/:team/preview", command(Preview.previewTeam, { id: "previewTeamSettings" }))
  .patch("/teams/:team", command(TeamLayer.changeTeam, { id: "updateTeamSettings", etagOf: TeamLayer.getTeam }))
  .get("/rollout", query(Rollout.get, { id: "getRollout" }))
  .post("/rollout/preview", command(previewRollout, { id: "previewRollout" }))
  .post("/rollout/pause", command(Rollout.pause, { id: "pauseRollout" }))
  .post("/rollout/resume", command(Rollout.resume, { id: "resumeRollout" }))
  .post("/rollout/finish", command(Rollout.finish, { id: "finishRollout" }))
  .post("/rollout/roll-back", command(Rollout.rollBack, { id: "rollBackRollout" }))
  .get("/general", query(Setting.getGeneral, { id: "getGeneralSettings" }))
  .patch("/general", command(Setting.saveGeneral, { id: "updateGeneralSettings", etagOf: Setting.getGeneral }));

function asFile(c: Context<Env>, document: string): string {
  c.header("content-disposition", 'attachment; filename="settings.yaml"');
  return document;
}
