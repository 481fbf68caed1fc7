import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { written } from "../catalog/notifications.ts";
import { bind } from "../kernel/ports.ts";
import type { Collected } from "../notification/collected.ts";
import type { Info } from "../notification/list.ts";
import { kinds } from "../notification/shape.ts";
import { compose } from "./compose.ts";
import { type Content, day, moment, named } from "./content.ts";
import { digestTemplate, maxItems } from "./digest-template.ts";
import { notificationTemplate } from "./notification-template.ts";
import {
  codeTemplate,
  type Invited,
  invitationTemplate,
  reauthenticationTemplate,
  reminderTemplate,
} from "./template.ts";

const site = "https://muster.example";
const settings = { productName: "Ada & Co", siteUrl: site, freeSeats: 3, mailsPerHour: 9 };
beforeEach(() => bind({ settings }));

const organization = ID.derive("organization", "acme");
const organizationRow = `${site}/organizations/${organization}`;
const signInUrl = `${site}/sign-in#flow=flow_1&code=ABCDEFGH`;
const update = ID.derive("update", "release");
const invitationUrl = `${site}/invitations#mst_inv_token`;

const invited: Invited = {
  email: "bob@example.com",
  organization: `A "B" <C> & D's`,
  role: "write",
  inviter: "Ada Lovelace",
  message: "Hello Bob,\n\nsee you on <Monday>.",
  expiresAt: "2026-12-01T09:05:00.000Z",
  url: invitationUrl,
};

const info = (kind: Info["kind"], more: Partial<Info> = {}): Info => ({
  id: ID.derive("notification", kind),
  kind,
  organization,
  subject: `A "B" <C> & D's`,
  person: "Bob O'Neil",
  role: "admin",
  update,
  title: "Release <b>2</b>",
  at: "2026-11-24T09:00:00.000Z",
  receivedAt: "2026-11-24T09:00:00.000Z",
  isRead: false,
  ...more,
});

const notifications = `${site}/notifications`;
const told = (kind: Info["kind"], more: Partial<Info> = {}, team?: string): Collected => ({
  info: info(kind, more),
  team,
  digest: "waiting",
});
const other = ID.derive("update", "lunch");
const waiting = [
  told("update.mentioned"),
  told("update.commented", { update: other, title: "Lunch.evil" }, "Design <1>"),
  told("update.commented", { person: "Ada" }),
  told("update.commented", { person: "<Eve>" }),
  told("invitation.accepted", { update: undefined }),
  told("invitation.requested", { update: undefined }),
  told("rollout.refused", { update: undefined }),
];
const titles = [
  `${organizationRow}/updates/${update}`,
  `${organizationRow}/members`,
  `${organizationRow}/invitations`,
  `${organizationRow}/settings/features`,
  `${organizationRow}/updates/${other}`,
];
const many = Array.from({ length: maxItems + 2 }, (_, n) =>
  told("update.mentioned", { id: ID.derive("notification", `${n}`), update: ID.derive("update", `${n}`) }),
);

/** Every mail, and where its buttons lead. */
const templates: [string, () => Content, string[]][] = [
  ["code", () => codeTemplate("ABCD-EFGH", signInUrl), [signInUrl]],
  ["reauthentication", () => reauthenticationTemplate("ABCD-EFGH"), []],
  ["invitation", () => invitationTemplate(invited), [invitationUrl]],
  ["invitation without an inviter", () => invitationTemplate({ ...invited, inviter: undefined }), [invitationUrl]],
  ["reminder", () => reminderTemplate(invited), [invitationUrl]],
  ["daily digest", () => digestTemplate(waiting), [...titles, notifications]],
  [
    "long daily digest",
    () => digestTemplate(many),
    [...many.slice(0, maxItems).map(({ info: { update: id } }) => `${organizationRow}/updates/${id}`), notifications],
  ],
  ...kinds.map((kind): [string, () => Content, string[]] => [
    kind,
    () => notificationTemplate(info(kind, { by: "Ada" })),
    buttonsOf(kind),
  ]),
];

/** Returns where the message of a kind says that it leads. */
function buttonsOf(kind: Info["kind"]): string[] {
  const { page } = written(info(kind, { by: "Ada" }), { name: named, domain: named, day });
  if (page === "home") return [`${site}/`];
  if (page === "organization") return [organizationRow];
  return [`${organizationRow}/${page === "update" ? `updates/${update}` : page}`];
}

const mailOf = (content: Content) => compose("ada@example.com", content, { kind: "test" });

/** Returns what a person reads of the HTML: the card's text, without tags and with decoded entities. */
function read(html: string): string {
  const card = html.slice(html.indexOf('<td class="card"'), html.indexOf("<!--[if mso]></td>"));
  return words(
    card
      .replaceAll(/<[^>]+>/g, "\n")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&"),
  );
}
const words = (text: string) => text.split(/\s+/).filter(Boolean).join(" ");
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href?.replaceAll("&amp;", "&"));

describe.each(templates)("a mail (%s)", (_, write, urls) => {
  test("says the same in text and in HTML, except for the address of a button and the mark of a quotation", () => {
    const { text, html } = mailOf(write());
    const withoutUrls = urls.reduce((rest, url) => rest.replace(`:\n${url}\n`, "\n"), text);
    expect(words(withoutUrls.replaceAll(/^> ?/gm, ""))).toBe(read(html));
  });

  test("links where it should, in both parts, and nowhere else", () => {
    const { text, html } = mailOf(write());
    expect(hrefs(html)).toEqual(urls);
    expect(text.match(/https?:\/\/\S+/g) ?? []).toEqual(urls);
  });

  test("loads nothing from anywhere, and so does not reveal that it was read", () => {
    const { html } = mailOf(write());
    expect(html).not.toMatch(/<img|<script|<link|<iframe|<form|url\(|src=|@import/i);
    expect(html.match(/https?:\/\/[^"\s<]+/g)?.every((one) => one.startsWith(`${site}/`)) ?? true).toBe(true);
  });

  test("has a subject, a preview that differs from it, and one heading", () => {
    const { subject, preview, blocks } = write();
    expect(subject).toMatch(/\S/);
    expect(preview).toMatch(/\S/);
    expect(preview).not.toBe(subject);
    expect(blocks.filter(({ kind }) => kind === "heading")).toHaveLength(1);
    expect(mailOf(write()).html).toContain('lang="en"');
  });
});

describe("an invitation", () => {
  test("says who invites a person to what, with which permissions, until when, and what ignoring it means", () => {
    const { subject, text } = mailOf(invitationTemplate({ ...invited, organization: "Acme" }));
    expect(subject).toBe("Ada Lovelace invites you to Acme");
    expect(text).toContain("Ada Lovelace invites you to join the organization Acme.");
    expect(text).toContain("Your role would be Write: you can post updates and comment.");
    expect(text).toContain("The invitation expires on Tuesday, 1 December 2026 at 09:05 UTC.");
    expect(text).toContain("for bob@example.com only");
    expect(text).toContain("ignore this email");
  });

  test("marks the inviter's words as theirs", () => {
    const { text, html } = mailOf(invitationTemplate(invited));
    expect(text).toContain("Ada Lovelace wrote:\n> Hello Bob,\n>\n> see you on <Monday>.\n");
    expect(html).toMatch(/class="quote"[^]*Ada Lovelace wrote:[^]*Hello Bob,<br>\n<br>\nsee you on &lt;Monday&gt;\./);
    expect(mailOf(invitationTemplate({ ...invited, message: undefined })).html).not.toContain('class="quote"');
  });

  test("names every role and what it allows", () => {
    const rights = roles.map((role) =>
      invitationTemplate({ ...invited, role })
        .blocks.map((block) => block.text)
        .join(),
    );
    expect(new Set(rights).size).toBe(roles.length);
  });

  test("has a reminder that says when it expires, in the subject too", () => {
    const { subject, text } = mailOf(reminderTemplate({ ...invited, organization: "Acme" }));
    expect(subject).toBe("Your invitation to Acme expires on Tuesday, 1 December 2026");
    expect(text).toContain("It expires on Tuesday, 1 December 2026 at 09:05 UTC.");
    expect(text).toContain("the only reminder");
    expect(text).not.toContain("Hello Bob");
  });
});

describe("a notification", () => {
  const subjectOf = (kind: Info["kind"], more: Partial<Info> = {}) =>
    notificationTemplate(info(kind, { subject: "Acme", ...more })).subject;
  const textOf = (kind: Info["kind"], more: Partial<Info> = {}) =>
    mailOf(notificationTemplate(info(kind, { subject: "Acme", ...more }))).text;

  test("says in its subject what happened, and to which person", () => {
    expect(subjectOf("organization.created")).toBe("Acme is ready");
    expect(subjectOf("organization.deleted")).toBe("Bob O'Neil deleted Acme");
    expect(subjectOf("organization.restored")).toBe("Bob O'Neil restored Acme");
    expect(subjectOf("invitation.accepted")).toBe("Bob O'Neil joined Acme");
    expect(subjectOf("invitation.requested")).toBe("Bob O'Neil requested a new invitation to Acme");
    expect(subjectOf("member.role_changed")).toBe("Your role in Acme is now Admin");
    expect(subjectOf("member.reinstated")).toBe("You are a member of Acme again");
    expect(subjectOf("member.removed")).toBe("You are no longer a member of Acme");
    expect(subjectOf("member.transferred")).toBe("Bob O'Neil is now an owner of Acme");
    expect(subjectOf("member.secured")).toBe("Someone else may have used the account of Bob O'Neil in Acme");
    expect(subjectOf("organization.owners_changed", { role: "owner" })).toBe("Bob O'Neil is now an owner of Acme");
    expect(subjectOf("organization.owners_changed")).toBe("Bob O'Neil is no longer an owner of Acme");
    expect(subjectOf("update.deleted")).toBe("Bob O'Neil deleted an update that you posted");
    expect(subjectOf("comment.deleted")).toBe("Bob O'Neil deleted a comment that you wrote");
    expect(subjectOf("update.reported", { title: "Plans" })).toBe("Bob O'Neil reported Plans");
    expect(subjectOf("update.report_deleted")).toBe("What you reported in Acme was deleted");
    expect(subjectOf("update.report_dismissed", { title: "Plans" })).toBe("Your report of Plans was dismissed");
    expect(subjectOf("billing.past_due")).toBe("A payment for Acme failed");
    expect(subjectOf("billing.past_due", { thing: "invoice" })).toBe("An invoice of Acme is overdue");
    expect(subjectOf("billing.over_limit")).toBe("Acme uses more seats than it has");
    expect(subjectOf("billing.canceled")).toBe("The subscription of Acme has ended");
    expect(subjectOf("billing.read_only")).toBe("Acme is now read-only");
  });

  test.each([
    [{ role: "owner", by: "Ada" }, "Ada changed the role of Bob O'Neil to Owner."],
    [{ role: "owner" }, "Bob O'Neil accepted an invitation as an owner."],
    [{ role: "admin" }, "Bob O'Neil changed their own role to Admin."],
    [{ role: undefined, by: "Ada" }, "Ada removed Bob O'Neil from the organization."],
    [{ role: undefined }, "Bob O'Neil left the organization."],
  ] as [Partial<Info>, string][])("of a change among the owners says how it happened (%o)", (more, sentence) => {
    expect(textOf("organization.owners_changed", more)).toContain(sentence);
  });

  test.each([
    ["billing.trial_ending", { by: undefined }, "The trial of Acme ends on Tuesday, 1 December 2026"],
    ["billing.ending", { by: "Ada" }, "The subscription of Acme ends on Tuesday, 1 December 2026"],
    ["billing.canceled", { by: undefined }, "You have until Tuesday, 1 December 2026"],
  ] as [Info["kind"], Partial<Info>, string][])("of %s says until when", (kind, more, sentence) => {
    expect(textOf(kind, { ...more, until: "2026-12-01T09:00:00.000Z" })).toContain(sentence);
    expect(textOf(kind, more)).not.toContain("undefined");
  });

  test("of a subscription that will end says who canceled it, if it was one of the members", () => {
    const until = "2026-12-01T09:00:00.000Z";
    expect(textOf("billing.ending", { by: "Ada", until })).toContain("Ada canceled");
    expect(textOf("billing.ending", { until })).not.toContain("canceled it");
  });

  test("of an API key says who did what, and which key it is, and makes no link of it", () => {
    const about = { thing: "OpenAI …a.io" };
    expect(subjectOf("secret.created", about)).toBe("Bob O'Neil added an API key to Acme");
    expect(subjectOf("secret.replaced", about)).toBe("Bob O'Neil replaced an API key of Acme");
    expect(subjectOf("secret.renamed", about)).toBe("Bob O'Neil renamed an API key of Acme");
    expect(subjectOf("secret.enabled", about)).toBe("Bob O'Neil enabled an API key of Acme");
    expect(subjectOf("secret.disabled", about)).toBe("Bob O'Neil disabled an API key of Acme");
    expect(subjectOf("secret.restricted", about)).toBe("Bob O'Neil changed which teams can use an API key of Acme");
    expect(subjectOf("secret.deleted", about)).toBe("Bob O'Neil deleted an API key of Acme");
    expect(textOf("secret.deleted", about)).toContain("The key is OpenAI …a.\u200bio.");
    expect(textOf("secret.deleted")).not.toContain("undefined");
  });

  test("of a domain says which one, what is to be done until when, and makes no link of it", () => {
    const about = { thing: "acme.com", until: "2026-12-02T09:00:00.000Z" };
    expect(subjectOf("domain.record_lost", about)).toBe("The DNS record of acme.\u200bcom is missing");
    expect(textOf("domain.record_lost", about)).toContain("Publish it again before Wednesday, 2 December 2026.");
    expect(textOf("domain.record_lost")).toContain("Publish it again soon.");
    expect(subjectOf("domain.expired", about)).toBe("No longer verified: acme.\u200bcom");
    expect(subjectOf("domain.join_changed", about)).toBe("Bob O'Neil changed who can join Acme");
    expect(textOf("domain.join_changed", about)).toContain("an address of acme.\u200bcom");
  });

  test("of an update names its title, as plain text, and no other words of it", () => {
    const about = { title: "See evil.example <b>now</b>" };
    const shown = "See evil.\u200bexample <b>now</b>";
    expect(subjectOf("update.mentioned", about)).toBe(
      `Bob O'Neil mentioned you or a team of yours in an update: ${shown}`,
    );
    expect(subjectOf("comment.mentioned", about)).toBe(
      `Bob O'Neil mentioned you or a team of yours in a comment on ${shown}`,
    );
    expect(subjectOf("update.commented", about)).toBe(`Bob O'Neil commented on ${shown}`);
    expect(mailOf(notificationTemplate(info("update.commented", about))).html).not.toContain("<b>now");
  });

  test("says somebody if the account was deleted", () => {
    const { role: _, person: __, ...vague } = info("member.removed", { subject: "Acme" });
    expect(mailOf(notificationTemplate(vague)).text).toContain("Someone removed you, and you can no longer open it.");
  });

  test("of a deletion says until when it can be undone", () => {
    const text = textOf("organization.deleted").replace(/\s+/g, " ");
    expect(text).toContain("As an owner you can restore it until Thursday, 24 December 2026, with all its members.");
  });

  test("uses singular and plural of seats correctly", () => {
    expect(textOf("organization.created")).toContain("3 seats");
    bind({ settings: { ...settings, freeSeats: 1 } });
    expect(textOf("organization.created")).toContain("1 seat;");
  });
});

describe("a daily digest", () => {
  test("puts together what happened on an update, by organization and team, and names people", () => {
    const { subject, text } = mailOf(digestTemplate(waiting));
    const place = `A "B" <C> & D's`;
    expect(subject).toBe("Your daily digest: 7 notifications");
    expect(text).toContain(
      `\n\n${place}\n\nRelease <b>2</b>:\n${titles[0]}\nBob O'Neil mentioned you or a team of yours · 2 comments by Ada and <Eve>\n\n`,
    );
    expect(text).toContain(`\n\n${place} · Design <1>\n\nLunch.\u200bevil:\n`);
    expect(text.match(/^A "B"/gm)).toHaveLength(2);
    for (const said of ["Bob O'Neil joined", "Bob O'Neil requested a new invitation", "it has halted"]) {
      expect(text).toContain(said);
    }
  });

  test("says how many more there are, and how many people", () => {
    expect(mailOf(digestTemplate(many)).text).toContain("\n\nAnd 2 more.\n\n");
    const people = ["Ada", "Bob", "Cay", "Dan", "Eve"].map((person) => told("update.commented", { person }));
    expect(mailOf(digestTemplate(people)).text).toContain("5 comments by Ada, Bob, Cay and 2 others");
    expect(mailOf(digestTemplate(people.slice(0, 1))).subject).toBe("Your daily digest: 1 notification");
  });
});

describe("names that people chose", () => {
  test("are escaped", () => {
    const evil = `<img src=x onerror="alert(1)"> & 'x'`;
    const all = [
      invitationTemplate({ ...invited, organization: evil, inviter: evil, message: evil }),
      notificationTemplate(info("invitation.accepted", { subject: evil, person: evil })),
    ];
    for (const { html } of all.map(mailOf)) {
      expect(html).not.toContain("<img");
      expect(html).not.toContain(`onerror="`);
      expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;x&#39;");
      expect(html).toContain("Ada &amp; Co");
    }
  });

  test("cannot become links, even if they passed the input checks", () => {
    const linkable = /https?:\/\/|www\.\w|\w@\w|\w\.\w\w|\w[\u3002\uff0e]\w|\d\.\d/;
    for (const evil of ["https://evil.example/x", "www.evil.example", "a@evil.example", "evil。example", "10.0.0.1"]) {
      const [message] = [invitationTemplate({ ...invited, organization: evil, inviter: evil, message: evil })].map(
        mailOf,
      );
      const own = (part = "") => part.replaceAll(invited.email, "").replaceAll(invitationUrl, "");
      expect(linkable.test(evil)).toBe(true);
      expect(linkable.test(message?.subject ?? "")).toBe(false);
      expect(linkable.test(own(message?.text))).toBe(false);
      expect(linkable.test(read(own(message?.html)))).toBe(false);
    }
  });

  test("are unchanged if nobody would see a link in them", () => {
    for (const name of ["Acme, Inc.", "J. R. R. Tolkien", "AT&T", "either/or", "Meeting 10:30", "C#", "São Tomé"]) {
      expect(named(name)).toBe(name);
    }
  });

  test("stay on one line, and do not change the writing direction of what follows", () => {
    expect(named("Acme\r\nBcc: eve\u202e\u0000")).toBe("Acme Bcc: eve");
  });
});

test("an instant is written in words, with its time zone", () => {
  expect(moment("2026-12-01T00:00:00.000Z")).toBe("Tuesday, 1 December 2026 at 00:00 UTC");
  expect(day("2027-01-31T23:59:59.999Z")).toBe("Sunday, 31 January 2027");
});

test("a code says how long it is valid, and what to do with an unexpected one", () => {
  expect(mailOf(codeTemplate("ABCD-EFGH", signInUrl)).text).toMatch(/10 minutes.*once.*did not request/s);
});
