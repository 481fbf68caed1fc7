import { wordKey } from "./role-words.ts";

/**
 * The words of other systems for members and admins in their lists, by their documentation. The preview suggests Read
 * for a member and nothing for an admin, which a person has to choose. No import uses these words by itself: a member
 * in one system may write in another one.
 */
export const exportWords: readonly {
  system: string;
  source: string;
  member: readonly string[];
  admin: readonly string[];
}[] = [
  {
    system: "Atlassian",
    source:
      "https://community.atlassian.com/learning/path/administer-atlassian-organizations/course/explore-and-create-atlassian-organizations/lesson/explore-atlassian-admin-roles",
    member: ["User"],
    admin: ["Org admin", "Organization admin", "Site admin", "User access admin"],
  },
  {
    system: "GitHub",
    source:
      "https://docs.github.com/en/organizations/managing-membership-in-your-organization/exporting-member-information-for-your-organization",
    member: ["Member"],
    admin: [],
  },
  {
    system: "Google Workspace",
    source: "https://support.google.com/a/answer/2405986",
    member: [],
    admin: ["Super admin"],
  },
  {
    system: "Microsoft 365",
    source: "https://learn.microsoft.com/entra/identity/users/users-bulk-download",
    member: ["Member"],
    admin: ["Global administrator"],
  },
  {
    system: "Okta",
    source: "https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm",
    member: [],
    admin: ["Super admin", "Super administrator", "Org admin", "Organization administrator"],
  },
  {
    system: "Slack",
    source: "https://slack.com/help/articles/360018112273-Types-of-roles-in-Slack",
    member: ["Member", "Full member"],
    admin: ["Workspace admin", "Workspace owner", "Primary owner", "Org admin", "Org owner"],
  },
];

/** The meaning of a word in other systems' lists, and those systems. */
export type ExportWord = { kind: "member" | "admin"; systems: string[] };

const known = new Map<string, ExportWord>();
for (const { system, ...words } of exportWords) {
  for (const kind of ["member", "admin"] as const) {
    for (const key of words[kind].map(wordKey)) {
      known.set(key, { kind, systems: [...(known.get(key)?.systems ?? []), system] });
    }
  }
}

export const exportWordOf = (text: string): ExportWord | undefined => known.get(wordKey(text));
