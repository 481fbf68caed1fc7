import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Account from "@muster/core/account/row.ts";
import * as Audit from "@muster/core/audit/row.ts";
import { Failure } from "@muster/core/base/failure.ts";
import { alias } from "@muster/core/base/id.ts";
import * as Base from "@muster/core/base/row.ts";
import { DueRow } from "@muster/core/billing/automatic/row.ts";
import { ChangeRow } from "@muster/core/billing/ledger/row.ts";
import { SeatRequestRow } from "@muster/core/billing/requests/row.ts";
import * as Billing from "@muster/core/billing/row.ts";
import * as Comment from "@muster/core/comment/row.ts";
import * as Departure from "@muster/core/departure/row.ts";
import * as Device from "@muster/core/device/row.ts";
import * as Domain from "@muster/core/domain/row.ts";
import * as Figure from "@muster/core/figure/row.ts";
import * as Import from "@muster/core/import/row.ts";
import * as Invitation from "@muster/core/invitation/row.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Key from "@muster/core/key/row.ts";
import * as Mail from "@muster/core/mail/row.ts";
import * as Member from "@muster/core/member/row.ts";
import * as Notification from "@muster/core/notification/row.ts";
import * as Organization from "@muster/core/organization/row.ts";
import * as Purge from "@muster/core/purge/row.ts";
import { ReclaimRow } from "@muster/core/reclaim/row.ts";
import * as Rollout from "@muster/core/rollout/row.ts";
import * as Search from "@muster/core/search/row.ts";
import * as Secret from "@muster/core/secret/row.ts";
import * as Session from "@muster/core/session/row.ts";
import * as Setting from "@muster/core/setting/row.ts";
import type { Keys } from "@muster/core/table/keys.ts";
import { type Item, type RawTable, rowName, typed } from "@muster/core/table/table.ts";
import * as Team from "@muster/core/team/row.ts";
import * as Update from "@muster/core/update/row.ts";
import type { TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import {
  attributesOf,
  enumerationsIn,
  valueOfNextRelease,
  withValueAt,
} from "@muster/local/testing/fixtures/next-release.ts";
import { isOfDevices } from "@muster/local/testing/fixtures/samples.ts";
import type { TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person, World } from "@muster/local/testing/worlds/world.ts";
import type * as v from "valibot";
import { commands, type Name } from "../operator/arguments.ts";
import { run } from "../operator/commands.ts";
import { type MountedOperation, operations } from "./openapi.ts";
import { statuses } from "./problem.ts";

// Rows as a newer release may leave them, and everything that reads them through the API.

type RowSchema = v.ObjectSchema<v.ObjectEntries, undefined>;
/** The keys of one kind of row, as "pk sk", and what such a row holds; or why there is nothing to read. */
type Kind = {
  at: RegExp;
  holds: RowSchema;
  /** Attributes whose absence is no damage: the table filters by them, or it says that something has not happened. */
  maySay?: string[];
};

const query = "a query";
const byWorkers = "read by workers alone";

/** Every key pattern of the table. */
const kinds: Record<keyof typeof Keys, Kind | string> = {
  claim: { at: /^adr_\w+ #account$/, holds: Account.ClaimRow },
  addressIn: { at: /^adr_\w+ org_\w+$/, holds: Invitation.AddressRow },
  organizationsInviting: query,
  suppression: { at: /^adr_\w+ #mail$/, holds: Mail.BlockRow },
  trial: "has no attribute that a release names, and is read where a checkout could begin with it",
  ofAccount: query,
  profile: { at: /^acc_\w+ #profile$/, holds: Account.ProfileRow },
  session: { at: /^acc_\w+ ses_\w+$/, holds: Session.SessionRow },
  sessions: query,
  member: { at: /^acc_\w+ org_\w+$/, holds: Member.MemberRow },
  organizationsOf: query,
  notification: { at: /^acc_\w+ ntf_\w+$/, holds: Notification.NotificationRow },
  billingMail: { at: /^org_\w+ bill#ntf_\w+$/, holds: Notification.BillingMailRow },
  notifications: query,
  notificationsSince: query,
  digest: { at: /^acc_\w+ digest#[\d-]+$/, holds: Notification.DigestRow },
  digestDue: { at: /^digests#[\dT-]+#\d \S+#acc_\w+$/, holds: Notification.DigestDueRow },
  digestsDue: query,
  inbox: { at: /^acc_\w+ #inbox$/, holds: Notification.InboxRow },
  answersAndNotifications: query,
  request: { at: /^acc_\w+ idem#\S+$/, holds: Base.RequestRow },
  publicRequest: { at: /^idem#\S+ idem#\S+$/, holds: Base.RequestRow },
  organization: { at: /^org_\w+ #org$/, holds: Organization.OrganizationRow },
  grant: { at: /^org_\w+ #grant$/, holds: Organization.GrantRow },
  billing: { at: /^org_\w+ #billing$/, holds: Billing.BillingRow },
  reclaim: {
    at: /^org_\w+ #reclaim$/,
    holds: ReclaimRow,
    maySay: ["inactiveSince", "sentUntil", "except", "reduces", "start", "endedAt", "operation", "seats", "failure"],
  },
  seatRequest: { at: /^org_\w+#seat_requests acc_\w+$/, holds: SeatRequestRow, maySay: ["by", "reason", "operation"] },
  seatRequests: query,
  automatic: { at: /^org_\w+ #automatic$/, holds: DueRow },
  import: { at: /^org_\w+ imp_\w+$/, holds: Import.ImportRow, maySay: ["reported"] },
  imports: query,
  importSetting: { at: /^org_\w+ #imports$/, holds: Import.ImportSettingRow },
  importing: { at: /^org_\w+ #importing$/, holds: Import.ImportNameRow },
  importedFile: { at: /^org_\w+ file#\S+$/, holds: Import.ImportNameRow },
  receivedUpload: { at: /^org_\w+ upl#\S+$/, holds: Import.ImportNameRow },
  domain: { at: /^org_\w+ dom_\w+$/, holds: Domain.DomainRow },
  domains: query,
  domainClaim: { at: /^dom_\w+ #claim$/, holds: Domain.DomainClaimRow },
  purging: { at: /^org_\w+ #purging$/, holds: Purge.PurgingRow },
  purged: { at: /^org_\w+ #purged$/, holds: Purge.PurgedRow },
  chunk: { at: /^imp_\w+ chk#\d+$/, holds: Import.ChunkRow },
  chunks: query,
  outcome: { at: /^imp_\w+ out#\d+$/, holds: Import.OutcomeRow },
  ofImport: query,
  outcomes: query,
  outcomesBetween: query,
  importMails: { at: /^imp_\w+ #mails$/, holds: Mail.ImportMailsRow },
  mailing: { at: /^imp_\w+ mail#\d+$/, holds: Mail.MailingRow },
  mailings: query,
  stats: { at: /^(org|acc)_\w+ #stats$/, holds: Audit.StatsRow },
  event: { at: /^(org|acc)_\w+#out evt_\w+$/, holds: Audit.EventRow },
  outbox: query,
  logged: { at: /^(org|acc)_\w+#log \d+$/, holds: Audit.LoggedRow },
  log: query,
  day: { at: /^(org|acc)_\w+#log day#\S+$/, holds: Audit.DayRow },
  change: {
    at: /^org_\w+#bil \S+$/,
    holds: ChangeRow,
    maySay: ["purpose", "by", "shown", "charged", "invoice", "dropped"],
  },
  changes: query,
  seatFigures: { at: /^org_\w+#fig seats#\S+$/, holds: Figure.SeatFiguresRow, maySay: ["capacity"] },
  seatFiguresBetween: query,
  activeFigures: { at: /^org_\w+#fig active#\S+$/, holds: Figure.ActiveFiguresRow },
  activeFiguresBetween: query,
  activeMember: { at: /^org_\w+#fig on#\S+$/, holds: Figure.ActiveMemberRow },
  figures: query,
  cohort: { at: /^org_\w+#coh coh#\S+$/, holds: Setting.CohortRow },
  cohorts: query,
  countedIn: query,
  counted: { at: /^org_\w+#coh acc_\w+$/, holds: Setting.CountedRow },
  section: { at: /^org_\w+#set now#general$/, holds: Setting.GeneralRow },
  settings: query,
  rollout: { at: /^org_\w+ #rollout$/, holds: Rollout.RolloutRow, maySay: ["counts", "dueAt"] },
  operatorSettings: { at: /^#settings #operator$/, holds: Setting.OperatorSettingsRow },
  catalog: { at: /^#settings #catalog$/, holds: Setting.CatalogRow },
  settingPart: { at: /^org_\w+#set part#\S+$/, holds: Setting.PartRow },
  revisions: query,
  revision: { at: /^org_\w+#set rev#\d+$/, holds: Setting.RevisionRow },
  team: { at: /^org_\w+#teams team_\w+$/, holds: Team.TeamRow },
  teamName: { at: /^org_\w+#teams name#.+$/, holds: Team.TeamNameRow },
  teams: query,
  teamNames: query,
  teamWord: { at: /^org_\w+#teams word#.+#team_\w+$/, holds: Team.TeamWordRow },
  teamWords: query,
  teamCount: { at: /^org_\w+#teams count#team_\w+$/, holds: Team.TeamCountRow },
  update: { at: /^(org|team)_\w+#feed upd_\w+$/, holds: Update.UpdateRow, maySay: ["deletedAt"] },
  updates: query,
  feed: query,
  pins: { at: /^(org|team)_\w+#feed #pins$/, holds: Update.PinsRow },
  news: { at: /^(org|team)_\w+#feed #news$/, holds: Update.NewsRow },
  visit: { at: /^(org|team)_\w+#feed acc_\w+$/, holds: Update.VisitRow },
  updateTerm: { at: /^(org|team)_\w+#terms \S+$/, holds: Update.UpdateTermRow },
  updatesWith: query,
  longerTerms: query,
  termsIn: query,
  ofUpdate: query,
  reported: { at: /^org_\w+#reported upd_\w+$/, holds: Update.ReportedRow, maySay: ["team"] },
  reportedOf: query,
  reportedIn: query,
  updateText: { at: /^upd_\w+ #text$/, holds: Update.UpdateTextRow, maySay: ["deletedAt", "team"] },
  updateVersion: { at: /^upd_\w+ rev#\d+$/, holds: Update.UpdateVersionRow },
  updateVersions: query,
  comment: { at: /^upd_\w+ com_\w+$/, holds: Comment.CommentRow, maySay: ["deletedAt"] },
  comments: query,
  activity: { at: /^upd_\w+ acc_\w+(#com_\w+)?$/, holds: Update.ActivityRow },
  activities: query,
  found: { at: /^org_\w+#find#\S+ .+$/, holds: Search.FoundRow, maySay: ["text"] },
  finding: query,
  holding: query,
  placed: query,
  placements: query,
  leading: query,
  secret: { at: /^org_\w+#sec sec_\w+$/, holds: Secret.SecretRow },
  secrets: query,
  dataKey: { at: /^org_\w+ dek_\w+$/, holds: Key.DataKeyRow },
  dataKeys: query,
  device: { at: /^acc_\w+ dev_\w+$/, holds: Device.DeviceRow },
  devicesOf: query,
  shownDevice: { at: /^acc_\w+ shown#dev_\w+$/, holds: Device.ShownDeviceRow },
  shownDevices: query,
  organizationDevice: { at: /^org_\w+#dev dev_\w+$/, holds: Device.OrganizationDeviceRow },
  organizationDevices: query,
  endedDevice: { at: /^org_\w+#end dev_\w+$/, holds: Device.EndedDeviceRow },
  endedDevices: query,
  deviceSummary: { at: /^org_\w+ #devices$/, holds: Device.DeviceSummaryRow },
  receipt: { at: /^dev_\w+ rcp#\d+$/, holds: Device.ReceiptRow },
  receipts: query,
  fetchedSecret: { at: /^org_\w+#got#acc_\w+ dev_\w+#sec_\w+$/, holds: Device.FetchedSecretRow },
  fetchedSecrets: query,
  departure: { at: /^org_\w+#dep dpt_\w+$/, holds: Departure.DepartureRow },
  departures: query,
  deviceCode: { at: /^dc_\w+ #code$/, holds: Device.DeviceCodeRow },
  userCode: { at: /^uc_\w+ #code$/, holds: Device.UserCodeRow },
  flow: { at: /^flow_\w+ #flow$/, holds: Session.FlowRow },
  limit: "counts, and has no attribute that a release names",
  waits: "instants, and nothing that another release adds is read",
  sendTokens: byWorkers,
  slowness: byWorkers,
  backlog: { at: /^backlog#[\d-]+#\w+ \S+$/, holds: Mail.BacklogRow, maySay: ["since", "failedAt"] },
  backlogs: query,
  mailBudget: byWorkers,
  mailOutcomes: byWorkers,
  due: { at: /^due#\S+ org_\w+#inv$/, holds: Invitation.DueRow },
  dueIn: query,
  dirty: { at: /^dirty#\d+ org_\w+$/, holds: Billing.DirtyRow },
  dirtyIn: query,
  report: { at: /^rep#\S+ rep_\w+$/, holds: Billing.ReportRow },
  reports: query,
  differences: { at: /^rep_\w+ dif#\d+$/, holds: Billing.DifferencesRow },
  differencesOf: query,
  watermark: { at: /^#clock [a-z.]+$/i, holds: Base.WatermarkRow },
  breaker: { at: /^#clock #breaker$/, holds: Billing.BreakerRow },
};

/** Sections of the settings that are not the section General. */
const section: Kind = { at: /^org_\w+#set now#(?!general$)\S+$/, holds: Setting.SectionRow };
const shaped = Object.entries({ ...kinds, otherSection: section }).flatMap(([kind, of]) =>
  typeof of === "object" ? [{ kind, ...of }] : [],
);
/** The kinds of rows that have a shape. */
export const kindNames = shaped.map(({ kind }) => kind);

/** Shapes of rows that no kind names, and why. */
const others: Record<string, string> = {
  SendTokensRow: byWorkers,
  SlownessRow: byWorkers,
  MailBudgetRow: byWorkers,
  MailOutcomesRow: byWorkers,
};

const core = fileURLToPath(new URL("../../core/", import.meta.url));

/** Returns a sentence for each shape of a row that nothing here covers. */
export async function uncovered(): Promise<string[]> {
  const held = new Set(shaped.map(({ holds }) => holds));
  const files = readdirSync(core, { recursive: true, encoding: "utf8" }).filter((path) => /^\w+\/row\.ts$/.test(path));
  const found = await Promise.all(
    files.map(async (path) => {
      const shapes = Object.entries((await import(core + path)) as Record<string, RowSchema>);
      return shapes
        .filter(([name, shape]) => name.endsWith("Row") && !held.has(shape) && !(name in others))
        .map(
          ([name]) => `core/${path} exports ${name}: name it in \`kinds\` of functions/api/next-release.testing.ts.`,
        );
    }),
  );
  return found.flat();
}

/** Returns the names of the kinds that a row is of: exactly one, unless it has no shape. */
export function kindsOf(row: Item): string[] {
  const name = `${String(row.pk)} ${String(row.sk)}`;
  return shaped.flatMap(({ kind, at }) => (at.test(name) ? [kind] : []));
}

// Variants

/** A row as a newer release may leave it, and what of it this release cannot read. */
export type Variant = { what: string; row: Item; fault?: string; isWhole: boolean };

const ofTable = ["pk", "sk", "list", "rank", "stream", "ttl"];

export function variantsOf(row: Item, kind: string): Variant[] {
  const { holds: schema, maySay = [] } = shaped.find((one) => one.kind === kind) as Kind;
  const isThere = (path: string) => path.split(".").slice(0, -1).join(".") in row || !path.includes(".");
  const own = (kind: "optional" | "required") =>
    attributesOf(schema, kind).filter((name) => name in row && ![...ofTable, ...maySay].includes(name));
  const without = (name: string) => Object.fromEntries(Object.entries(row).filter(([attribute]) => attribute !== name));
  return [
    { what: "an extra attribute", row: { ...row, [valueOfNextRelease]: valueOfNextRelease }, isWhole: true },
    ...enumerationsIn(schema)
      .filter((path) => (path.split(".")[0] ?? "") in row && isThere(path))
      .map((path) => ({
        what: `an unknown ${path}`,
        row: withValueAt(row, path, valueOfNextRelease),
        fault: path,
        isWhole: true,
      })),
    ...own("optional").map((name) => ({ what: `no ${name}`, row: without(name), isWhole: true })),
    ...own("required").map((name) => ({ what: `no ${name}`, row: without(name), fault: name, isWhole: false })),
  ];
}

// Readers

/** What somebody was answered: which items, and the rest as text. */
export type Seen = { status: number; code?: string | undefined; isList: boolean; ids: string[]; text: string };
/** One request that only reads. What is in `own` it is about: where that cannot be read, there is nothing to answer. */
export type Reader = { name: string; own: string[]; read: () => Promise<Seen> };

/** The only row of its kind that a request or a command is about. */
const onlyRows: Record<string, string[]> = { "setting.getCatalog": ["#catalog"], catalog: ["#catalog"] };

/** More than the plain request, by operation. */
const queries: Record<string, (ids: Ids) => string[]> = {
  "invitation.list": () => ["", "?state=ended", "?state=former"],
  "invitation.export": () => ["", "?state=ended", "?state=former"],
  "team.list": () => ["", "?search=docs"],
  "reclaim.listUnused": () => ["?of=members", "?of=invitations"],
  "member.list": ({ team = [] }) => [
    "",
    "?sort=joined",
    "?sort=role",
    "?search=b",
    "?role=admin",
    `?team=${team[0]}`,
    `?leadOf=${team[0]}`,
  ],
};
type Ids = Record<string, string[]>;

/** Returns a request for every list and every item of the API. */
export function readersOf({ api, person, device, organization, ids, bodies }: Reading): Reader[] {
  return (
    operations()
      .filter(({ method, fn }) => method === "get" || fn.idempotency === "readOnly")
      // it reads what the document is made of, and that alone
      .filter(({ operationId }) => operationId !== "getSettingsList")
      .flatMap((operation) => {
        const paths = pathsOf(operation, { organization: [organization], ...ids });
        const searches = queries[operation.id]?.(ids) ?? [""];
        const method = operation.method.toUpperCase();
        const sent = operation.method === "get" ? [{ about: [], json: undefined }] : bodies[operation.id];
        if (!sent) throw new Error(`${operation.id}: say in functions/api/next-release.test.ts what is sent.`);
        const all = paths.flatMap((path) =>
          searches.flatMap((query) => sent.map((body) => ({ ...path, ...body, query }))),
        );
        return all.map(({ path, own, query, about, json }) => ({
          name: `${operation.id} ${path}${query} ${about.join()}`,
          own:
            onlyRows[operation.id] ??
            ([...own, ...about].length > 0
              ? [...own, ...about]
              : isOfDevices(operation)
                ? [device.id, person.account, organization]
                : [path.includes(organization) ? organization : person.account]),
          read: async () => {
            const { status, body, text } = await api.call(method, `${path}${query}`, {
              token: isOfDevices(operation) ? device.token : person.token,
              ...(json && { json }),
            });
            const isList = Array.isArray(body.items) || operation.media.startsWith("text/csv");
            return { status, code: body.code as string | undefined, isList, ids: idsIn(body, text), text };
          },
        }));
      })
  );
}

type Reading = {
  api: TestApi;
  person: Person;
  /** A device of that person. */
  device: Pick<TestDevice, "id" | "token">;
  organization: string;
  /** What paths may name. */
  ids: Ids;
  /** What is sent to a POST that only looks, by operation, and what each is about. */
  bodies: Record<string, { about: string[]; json: object }[]>;
};

/** What commands of the operator take that only look. */
const looks: Partial<Record<Name, (ids: Ids) => string[]>> = {
  show: ({ organization: [id = ""] = [] }) => [id],
  verify: ({ organization: [id = ""] = [] }) => [id],
  purges: () => [],
  reports: () => [],
  report: ({ report: [id = ""] = [] }) => [id],
  attention: () => [],
  emails: () => [],
  "key-rotation": () => [],
  catalog: () => ["show"],
  defaults: () => ["show"],
};
const changes: Name[] = [
  ...([
    "seats",
    "refund",
    "suspend",
    "reactivate",
    "remove-suppression",
    "resume-emails",
    "allow-trial",
    "reset-breaker",
    "secrets",
    "rotate-key",
  ] as const),
  ...(["reconcile", "sweep", "compare", "catch-up", "count-members"] as const),
];

/** Returns the commands of the operator that only look, as the operator runs them. */
export function looksOf(ids: Ids): Reader[] {
  const names = Object.keys(commands) as Name[];
  const unsaid = names.filter((name) => !looks[name] && !changes.includes(name));
  if (unsaid.length > 0) {
    throw new Error(`Say in functions/api/next-release.testing.ts whether ${unsaid.join()} looks.`);
  }
  return names.flatMap((name) => {
    const values = looks[name]?.(ids);
    if (!values) return [];
    return [{ name: `npm run operator -- ${name}`, own: onlyRows[name] ?? values, read: () => look(name, values) }];
  });
}

async function look(name: Name, values: string[]): Promise<Seen> {
  const request = { name, values, json: true, dryRun: false };
  try {
    const { data } = await asSystem("operator", () => run(request, unused));
    const text = JSON.stringify(data);
    return { status: 200, isList: values.length === 0, ids: idsIn(data as Item, text), text };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: statuses[error.kind], code: error.code, isList: false, ids: [], text: error.message };
  }
}

const unused = () => {
  throw new Error("What only looks needs no secrets.");
};

/** Operations that show something of the organization beside what their path names. */
const showsOrganization = ["setting.getTeam"];

/** The address of an operation for each thing that it may be about, and what its path names beside the organization. */
function pathsOf({ path, id }: MountedOperation, ids: Ids): { path: string; own: string[] }[] {
  let paths = [{ path: path.replace("/api/v1", ""), own: [] as string[] }];
  for (const [, name = ""] of path.matchAll(/{(\w+)}/g)) {
    const values = ids[name] ?? [];
    if (values.length === 0) {
      throw new Error(`${id}: say in functions/api/next-release.test.ts which ${name} there is.`);
    }
    paths = paths.flatMap((one) =>
      values.map((value) => ({
        path: one.path.replace(`{${name}}`, value),
        own:
          name === "organization" && !showsOrganization.includes(id)
            ? one.own
            : [...one.own, value, alias("address", value)],
      })),
    );
  }
  return paths;
}

/** The names of items: ids, or the addresses in a file. */
function idsIn(body: Item, text: string): string[] {
  if (!Array.isArray(body.items)) return text.startsWith("{") ? [] : [...new Set(text.match(/[\w.-]+@[\w.-]+/g))];
  return (body.items as Item[]).map((item) =>
    JSON.stringify(item.id ?? item.account ?? item.invitation ?? item.organization ?? item),
  );
}

// The table

/** Passes on what a table answers, and hands each row on. */
export function watched(world: World, onRow: (row: Item) => void): World["table"] {
  const inner = world.table as unknown as RawTable;
  const seen = <R extends Item | undefined>(row: R): R => {
    if (row) onRow(row);
    return row;
  };
  return typed({
    ...inner,
    get: async (key) => seen(await inner.get(key)),
    getMany: async (keys, options) => (await inner.getMany(keys, options)).map(seen),
    query: async (query) => {
      const page = await inner.query(query);
      return { ...page, items: page.items.map(seen) };
    },
  });
}

/** Puts a row as it is, whatever it holds. */
export const putRow = ({ rows }: World, Item: Item): Promise<unknown> =>
  rows.client.call("PutItem", { TableName: rows.name, Item });

export const nameOf = (row: Item): string => rowName({ pk: String(row.pk), sk: String(row.sk) });
