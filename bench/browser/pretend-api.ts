import type { IncomingMessage, ServerResponse } from "node:http";
import type { Info as Account } from "@muster/core/account/account.ts";
import type { Info as Organization } from "@muster/core/organization/organization.ts";
import { idOf, inDays, type ManyMember, memberAt, pageOf } from "../../web/e2e/many-members.ts";

const pageSizes = { byName: 100, found: 25 };
/** The first owner of the list. */
const mine = 7;

/** The API of a site with organizations of these sizes, as far as its members pages use it. */
export function pretendApi(sizes: readonly number[]) {
  const members = new Map(
    sizes.map((size) => [organizationOf(size), Array.from({ length: size }, (_, i) => memberAt(i))]),
  );

  return async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://any.example");
    const [, organization = "", rest = ""] = /^\/api\/v1\/organizations\/(org_\w+)(.*)$/.exec(pathname) ?? [];
    const all = members.get(organization);
    const body = all ? inOrganization(organization, all, rest, searchParams) : outside(pathname);
    const answer = request.method === "PATCH" ? { ...body, ...(await readJson(request)) } : body;
    response.writeHead(body ? 200 : 404, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(answer ?? { code: "route.missing", detail: pathname }));
  };
}

export const organizationOf = (size: number) => idOf("org", size);

function inOrganization(id: string, all: ManyMember[], rest: string, query: URLSearchParams) {
  const isFound = query.has("search") || query.has("role") || query.has("sort");
  if (rest === "") return organization(id, all.length);
  if (rest === "/members") return pageOf(all, query, isFound ? pageSizes.found : pageSizes.byName);
  if (rest === "/events") return { items: [{ ...event, data: { name: "Acme" } }] };
  if (rest === "/invitations") return { items: [] };
  return all.find(({ account }) => rest === `/members/${account}`);
}

function outside(path: string) {
  if (path === "/api/v1/account") return account;
  return ["organizations", "notifications", "invitations"].some((list) => path === `/api/v1/${list}`)
    ? { items: [] }
    : undefined;
}

const me = memberAt(mine);
const account = {
  id: me.account as Account["id"],
  name: me.name,
  email: me.email,
  color: "blue",
  locale: "en",
  zone: "UTC",
  createdAt: inDays(-200),
} satisfies Account;
const event = { id: idOf("evt", 1), type: "organization.created", at: inDays(-100), actor: me.account };

function organization(id: string, size: number) {
  return {
    id: id as Organization["id"],
    name: `Of ${size}`,
    state: "active",
    plan: "free",
    role: "owner",
    seats: {
      capacity: size + 100,
      committed: size,
      used: size,
      held: 0,
    },
    posting: "members",
    trusted: true,
    revision: 0,
    createdAt: inDays(-100),
  } satisfies Organization;
}

async function readJson(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as object;
}
