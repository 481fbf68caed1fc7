import * as Account from "@muster/core/account/account.ts";
import type { ID } from "@muster/core/base/id.ts";
import type { Role } from "@muster/core/base/role.ts";
import * as Checkout from "@muster/core/billing/checkout.ts";
import * as Billing from "@muster/core/billing/manage.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import * as Sweep from "@muster/core/billing/sweep.ts";
import * as Approve from "@muster/core/device/approve.ts";
import * as Device from "@muster/core/device/device.ts";
import * as CheckDomain from "@muster/core/domain/check.ts";
import { idOf as domainOf } from "@muster/core/domain/claim.ts";
import * as Domain from "@muster/core/domain/domain.ts";
import type { JoinMode } from "@muster/core/domain/shape.ts";
import * as Invitation from "@muster/core/invitation/invitation.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import * as Manage from "@muster/core/invitation/manage.ts";
import * as Recipient from "@muster/core/invitation/recipient.ts";
import * as Resending from "@muster/core/invitation/resending.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import * as Sending from "@muster/core/invitation/send.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { instant } from "@muster/core/kernel/ports.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Member from "@muster/core/member/member.ts";
import { reinstate } from "@muster/core/member/reinstate.ts";
import * as Grant from "@muster/core/organization/grant.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import type { Period } from "@muster/core/plan/shape.ts";
import * as Check from "@muster/core/secret/check.ts";
import * as Secrets from "@muster/core/secret/edit.ts";
import { runCheck } from "@muster/core/secret/run-check.ts";
import * as Secret from "@muster/core/secret/secret.ts";
import type { Credentials } from "@muster/core/secret/shape.ts";
import type { Changes as SettingChanges } from "@muster/core/setting/entry.ts";
import type * as General from "@muster/core/setting/general.ts";
import * as MemberLayer from "@muster/core/setting/member-layer.ts";
import * as OrganizationLayer from "@muster/core/setting/organization-layer.ts";
import * as Setting from "@muster/core/setting/setting.ts";
import * as TeamLayer from "@muster/core/setting/team-layer.ts";
import { teamKeys } from "@muster/core/team/keys.ts";
import * as Lead from "@muster/core/team/lead.ts";
import * as Members from "@muster/core/team/members.ts";
import * as Team from "@muster/core/team/team.ts";
import type { FieldKey } from "@muster/settings/fields.ts";
import { type Deployment, forEach, type Person } from "./deployment.ts";
import type { Figure } from "./people.ts";

/** An action at an instant, in ms since 1970; one `afterReactions` runs only after all reactions to earlier ones. */
export type Action = { at: number; run: () => Promise<unknown>; afterReactions?: true };
export type Invited = Figure & { role: Role };
export type Terms = { lifetimeDays?: number; message?: string };

/** Shortcuts for the actions of people in one organization. */
type SettingSave = { fields: SettingChanges; note?: string };
type SecretChanges = { name?: string; status?: "enabled" | "disabled" };
type TeamChanges = Omit<Parameters<typeof Team.edit>[0], "team">;
export type DemoOrganization = {
  /** Its id, once it is created. */
  id: () => ID<"organization">;
  create: (founder: Figure, name: string) => Promise<void>;
  rename: (by: Figure, name: string) => Promise<unknown>;
  /** Changes some general settings. */
  changeSettings: (by: Figure, changes: General.Changes) => Promise<unknown>;
  grant: (seats: number) => Promise<unknown>;
  /** Buys a plan, and pays for it on Stripe's page. */
  buy: (by: Figure, plan: Period, seats: number) => Promise<unknown>;
  /** Changes the number of seats, for the displayed price. */
  resize: (by: Figure, seats: number) => Promise<unknown>;
  /** Lets the subscription end with its period. */
  cancel: (by: Figure) => Promise<unknown>;
  /** @throws unless each of them is invited */
  invite: (by: Figure, people: readonly Invited[], terms?: Terms) => Promise<void>;
  resend: (by: Figure, figure: Figure) => Promise<unknown>;
  revoke: (by: Figure, figure: Figure) => Promise<void>;
  changeInvitation: (by: Figure, figure: Figure, role: Role) => Promise<unknown>;
  removeSuppression: (by: Figure, figure: Figure) => Promise<void>;
  /** Signs in the people who are about to accept. */
  signIn: (people: readonly Figure[]) => Promise<unknown>;
  accept: (people: readonly Figure[]) => Promise<void>;
  decline: (figure: Figure) => Promise<void>;
  /** Returns the token of the newest link to somebody. */
  tokenOf: (figure: Figure) => Promise<string>;
  expire: () => Promise<unknown>;
  remind: (after: number, until: number) => Promise<unknown>;
  changeRole: (by: Figure, figure: Figure, role: Role) => Promise<unknown>;
  remove: (by: Figure, figure: Figure) => Promise<void>;
  leave: (figure: Figure) => Promise<void>;
  reinstate: (by: Figure, figure: Figure) => Promise<unknown>;
  createTeam: (by: Figure, name: string, description: string) => Promise<unknown>;
  renameTeam: (by: Figure, name: string, to: string) => Promise<unknown>;
  deleteTeam: (by: Figure, name: string) => Promise<unknown>;
  addToTeam: (by: Figure, name: string, people: readonly Figure[]) => Promise<unknown>;
  removeFromTeam: (by: Figure, name: string, people: readonly Figure[]) => Promise<unknown>;
  editTeam: (by: Figure, name: string, changes: TeamChanges) => Promise<unknown>;
  addLead: (by: Figure, name: string, figure: Figure) => Promise<unknown>;
  removeLead: (by: Figure, name: string, figure: Figure) => Promise<unknown>;
  /** Marks members as active at this moment. */
  touch: (people: readonly Figure[]) => Promise<void>;
  addSecret: (by: Figure, name: string, credentials: Credentials) => Promise<unknown>;
  editSecret: (by: Figure, name: string, changes: SecretChanges) => Promise<unknown>;
  restrictSecret: (by: Figure, name: string, teams: readonly string[]) => Promise<unknown>;
  replaceSecret: (by: Figure, name: string, credentials: Credentials) => Promise<unknown>;
  deleteSecret: (by: Figure, name: string) => Promise<unknown>;
  checkSecret: (by: Figure, name: string) => Promise<unknown>;
  addDomain: (by: Figure, name: string) => Promise<unknown>;
  /** Publishes the DNS record of a domain. */
  publishDomain: (by: Figure, name: string) => Promise<unknown>;
  checkDomain: (by: Figure, name: string) => Promise<unknown>;
  changeJoin: (by: Figure, name: string, mode: JoinMode) => Promise<unknown>;
  removeDomain: (by: Figure, name: string) => Promise<unknown>;
  saveSettings: (by: Figure, save: SettingSave & { openToTeams?: FieldKey[] }) => Promise<unknown>;
  saveTeamSettings: (by: Figure, name: string, save: SettingSave) => Promise<unknown>;
  /** Approves a device that shows a code. */
  approveDevice: (by: Figure, userCode: string) => Promise<void>;
  renameDevice: (by: Figure, device: ID<"device">, name: string) => Promise<unknown>;
  revokeDevice: (by: Figure, device: ID<"device">) => Promise<unknown>;
  markDevice: (by: Figure, device: ID<"device">) => Promise<unknown>;
  /** Chooses what is left to a member. */
  choose: (figure: Figure, fields: SettingChanges) => Promise<unknown>;
};

export function openDemoOrganization(deployment: Deployment): DemoOrganization {
  const { table, join, as } = deployment;
  let organization: ID<"organization"> | undefined;
  const id = () => {
    if (!organization) throw new Error("This organization does not exist yet.");
    return organization;
  };
  const asMember = async <R>(figure: Figure, run: (person: Person) => Promise<R>) => {
    const person = await join(figure);
    return deployment.asMember(person, id(), () => run(person));
  };
  const invitationOf = ({ email }: Figure) => Invitation.idOf(Account.addressOf(email));
  const accountOf = async (figure: Figure) => (await join(figure)).account;

  async function tokenOf({ email }: Figure): Promise<string> {
    const address = Account.addressOf(email);
    const row = await table.get(invitationKeys.addressIn(id(), address));
    const [attempt, by] = [Number(row?.attempt), row?.by as ID<"account">];
    return mintToken({ organization: id(), address, attempt, by });
  }

  async function teamOf(name: string): Promise<ID<"team">> {
    const claim = await table.get(teamKeys.teamName(id(), name));
    if (!claim) throw new Error(`There is no team ${name} at this point of the story.`);
    return claim.team;
  }

  /** Returns the id of an API key, for a member. */
  async function secretOf(name: string): Promise<ID<"secret">> {
    const { items } = await Secret.list({});
    const found = items.find((one) => one.name === name);
    if (!found) throw new Error(`There is no API key ${name} at this point of the story.`);
    return found.id;
  }

  return {
    id,
    tokenOf,
    create: async (founder, name) => {
      const person = await join(founder);
      organization = (await as(person, () => Organization.create({ name }))).id;
    },
    rename: (by, name) => asMember(by, () => Organization.rename({ name })),
    changeSettings: (by, changes) =>
      asMember(by, async () => {
        const { revision } = await Setting.getGeneral({});
        return Setting.saveGeneral({ revision, ...changes });
      }),
    grant: (seats) => asSystem("operator", () => Grant.grant({ organization: id(), seats })),
    buy: (by, plan, seats) =>
      asMember(by, async () => {
        const { url } = await Checkout.checkout({ plan, seats });
        return Checkout.confirm({ checkout: await pay(url, by) });
      }),
    resize: (by, seats) =>
      asMember(by, async () => {
        const { quote } = await Seats.preview({ seats });
        return Seats.resize({ seats, quote });
      }),
    cancel: (by) => asMember(by, () => Billing.cancel({})),
    invite: async (by, people, terms = {}) => {
      const invitations = people.map(({ email, role, name }) => ({ email, role, name }));
      const { items } = await asMember(by, () => Sending.send({ invitations, ...terms }));
      const refused = items.find(({ outcome }) => outcome !== "invited");
      if (refused) throw new Error(`The demo could not invite somebody: ${refused.outcome}.`);
    },
    resend: (by, figure) => asMember(by, () => Resending.resend({ invitation: invitationOf(figure) })),
    revoke: (by, figure) => asMember(by, () => Manage.revoke({ invitation: invitationOf(figure) })),
    changeInvitation: (by, figure, role) =>
      asMember(by, () => Manage.changeRole({ invitation: invitationOf(figure), role })),
    removeSuppression: (by, figure) =>
      asMember(by, () => Manage.removeSuppression({ invitation: invitationOf(figure) })),
    signIn: (people) => forEach(people, join),
    accept: async (people) => {
      const joined = await Promise.all(people.map(join));
      const tokens = await Promise.all(people.map(tokenOf));
      const accepted = joined.map((person, i) => as(person, () => Recipient.accept({ token: tokens[i] ?? "" })));
      await Promise.all(accepted);
    },
    decline: async (figure) => {
      const [person, token] = [await join(figure), await tokenOf(figure)];
      await as(person, () => Recipient.decline({ token }));
    },
    expire: () => asSystem("clock.due", () => Schedule.expire({ job: "expire", organization: id(), until: instant() })),
    remind: (after, until) => {
      const range = { after: new Date(after).toISOString(), until: new Date(until).toISOString() };
      return asSystem("clock.due", () => Schedule.remind({ job: "remind", organization: id(), ...range }));
    },
    changeRole: async (by, figure, role) => {
      const account = await accountOf(figure);
      return asMember(by, () => Member.changeRole({ account, role }));
    },
    remove: async (by, figure) => {
      const account = await accountOf(figure);
      return asMember(by, () => Member.remove({ account }));
    },
    leave: (figure) => asMember(figure, () => Member.leave({})),
    reinstate: (by, figure) => asMember(by, () => reinstate({ invitation: invitationOf(figure) })),
    createTeam: (by, name, description) => asMember(by, () => Team.create({ name, description })),
    renameTeam: (by, name, to) => asMember(by, async () => Team.edit({ team: await teamOf(name), name: to })),
    deleteTeam: (by, name) => asMember(by, async () => Team.remove({ team: await teamOf(name) })),
    addToTeam: async (by, name, people) => {
      const accounts = await Promise.all(people.map(accountOf));
      return asMember(by, async () => Members.addMembers({ team: await teamOf(name), accounts }));
    },
    removeFromTeam: async (by, name, people) => {
      const accounts = await Promise.all(people.map(accountOf));
      return asMember(by, async () => Members.removeMembers({ team: await teamOf(name), accounts }));
    },
    editTeam: (by, name, changes) => asMember(by, async () => Team.edit({ team: await teamOf(name), ...changes })),
    addLead: async (by, name, figure) => {
      const account = await accountOf(figure);
      return asMember(by, async () => Lead.addLead({ team: await teamOf(name), account }));
    },
    removeLead: async (by, name, figure) => {
      const account = await accountOf(figure);
      return asMember(by, async () => Lead.removeLead({ team: await teamOf(name), account }));
    },
    saveSettings: (by, save) =>
      asMember(by, async () => {
        const { revision } = await OrganizationLayer.get({});
        return OrganizationLayer.change({ revision, ...save });
      }),
    saveTeamSettings: (by, name, save) =>
      asMember(by, async () => {
        const team = await teamOf(name);
        const { revision } = await TeamLayer.getTeam({ team });
        return TeamLayer.changeTeam({ team, revision, ...save });
      }),
    approveDevice: async (by, userCode) => {
      const person = await join(by);
      await as(person, () => Approve.approve({ userCode, organization: id() }));
    },
    renameDevice: async (by, device, name) => as(await join(by), () => Device.rename({ device, name })),
    markDevice: async (by, device) => as(await join(by), () => Device.rename({ device, isCanary: true })),
    revokeDevice: async (by, device) => as(await join(by), () => Device.revokeOwn({ device })),
    choose: (figure, fields) => asMember(figure, () => MemberLayer.choose({ fields })),
    addSecret: (by, name, credentials) => asMember(by, () => Secret.create({ name, credentials })),
    editSecret: (by, name, changes) =>
      asMember(by, async () => Secrets.edit({ secret: await secretOf(name), ...changes })),
    restrictSecret: (by, name, teams) =>
      asMember(by, async () => {
        const ids = await Promise.all(teams.map(teamOf));
        return Secrets.edit({ secret: await secretOf(name), teams: ids });
      }),
    replaceSecret: (by, name, credentials) =>
      asMember(by, async () => Secret.replace({ secret: await secretOf(name), credentials })),
    checkSecret: async (by, name) => {
      await asMember(by, async () => Check.check({ secret: await secretOf(name) }));
      for (const job of deployment.take("checks")) await asSystem("checks", () => runCheck(job as Check.Job));
    },
    deleteSecret: (by, name) => asMember(by, async () => Secret.remove({ secret: await secretOf(name) })),
    addDomain: (by, name) => asMember(by, () => Domain.add({ name })),
    publishDomain: (by, name) =>
      asMember(by, async () => deployment.zone.add((await Domain.get({ domain: domainOf(name) })).record)),
    checkDomain: (by, name) => asMember(by, () => CheckDomain.check({ domain: domainOf(name) })),
    changeJoin: (by, name, mode) => asMember(by, () => Domain.changeJoin({ domain: domainOf(name), join: { mode } })),
    removeDomain: (by, name) => asMember(by, () => Domain.remove({ domain: domainOf(name) })),
    touch: async (people) => {
      const accounts = await Promise.all(people.map(accountOf));
      const rows = await table.getMany(accounts.map((account) => memberKeys.member(id(), account)));
      await Promise.all(rows.filter((row) => row !== undefined).map(Member.touch));
    },
  };
}

/** Receives what Stripe has done on its own, like the schedule does without webhooks. */
export const receiveStripe = () =>
  asSystem("clock.billing", async () => {
    await Sweep.catchUp({});
    await Sweep.sweep({});
  });

const card = { card: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123" };

/** Pays on Stripe's page as a person does. Returns the checkout of the return address. */
async function pay(page: string, { email }: Figure): Promise<string> {
  const answer = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ ...card, email }),
    redirect: "manual",
  });
  const checkout = /session=(\w+)/.exec(answer.headers.get("location") ?? "")?.[1];
  if (!checkout) throw new Error(`The demo could not pay: Stripe's page answered ${answer.status}.`);
  return checkout;
}
