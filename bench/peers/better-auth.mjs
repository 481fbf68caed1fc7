import { createHmac } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { NodeSqliteDialect } from "@better-auth/kysely-adapter/node-sqlite-dialect";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { organization } from "better-auth/plugins";
import { Pool } from "pg";

// better-auth with its organization plugin, asked by whole requests, as a framework's route would.

const site = "https://peer.example";
const secret = "a secret that only benchmarks use, 32 characters and more";
const manyInvitations = 100;
/** Without a setting, it refuses more than 100 pending invitations of one organization. */
const perOrganization = 50;
const unlimited = 1_000_000_000;

/**
 * @param kind where it keeps its rows: `postgres`, at the port, or `sqlite`, in this process, in the file
 */
export async function openBetterAuth(kind, place) {
  const counted = { trips: 0, delayMs: 0 };
  const { database, run } = kind === "postgres" ? openPostgres(place) : openSqlite(place, counted);
  const auth = betterAuth({
    baseURL: site,
    secret,
    database,
    logger: { level: "error" },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true },
    plugins: [
      organization({
        membershipLimit: (_, { metadata }) => (metadata && JSON.parse(metadata).limit) || unlimited,
        sendInvitationEmail: async () => {},
      }),
    ],
  });
  await (await getMigrations(auth.options)).runMigrations();
  const context = await auth.$context;
  let names = 0;

  const owner = await signIn("owner@example.com");

  /** Somebody with a session, made by its own adapter, because its sign-up takes 80 ms for the password. */
  async function signIn(email) {
    const user = await context.internalAdapter.createUser({ email, name: "Person", emailVerified: true });
    const { token } = await context.internalAdapter.createSession(user.id);
    const signature = createHmac("sha256", secret).update(token).digest("base64");
    const { name } = context.authCookies.sessionToken;
    return { user: user.id, cookie: `${name}=${encodeURIComponent(`${token}.${signature}`)}` };
  }

  async function insist({ cookie }, method, path, body) {
    const headers = { cookie, origin: site, ...(body && { "content-type": "application/json" }) };
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await auth.handler(new Request(`${site}/api/auth/organization${path}`, request));
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  async function found(metadata, creator = owner) {
    const name = `number-${++names}`;
    return (await insist(creator, "POST", "/create", { name, slug: name, metadata })).id;
  }

  const people = (count) => Array.from({ length: count }, () => `person.${++names}@example.com`);

  async function invite(organizationId, email) {
    const { id } = await insist(owner, "POST", "/invite-member", { email, role: "member", organizationId });
    if (!id) throw new Error(`${email} was not invited.`);
    return id;
  }

  async function accepting(organizationId, emails) {
    const operations = [];
    for (const email of emails) {
      const invitationId = await invite(organizationId, email);
      const person = await signIn(email);
      operations.push(() => insist(person, "POST", "/accept-invitation", { invitationId }));
    }
    return operations;
  }

  async function race(wanted, limit) {
    const organizationId = await found({ limit });
    await Promise.allSettled((await accepting(organizationId, people(wanted))).map((accept) => accept()));
    return (await insist(owner, "GET", `/list-members?organizationId=${organizationId}&limit=100`)).members.length;
  }

  async function foundOf(size) {
    const organizationId = await found();
    const now = kind === "postgres" ? "now()" : "datetime('now')";
    const numbers =
      kind === "postgres"
        ? `generate_series(1, ${size - 1}) AS n`
        : `(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${size - 1}) SELECT n FROM counted)`;
    const key = `'${organizationId}-' || n`;
    await run(`INSERT INTO "user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
      SELECT ${key}, 'Emma Garcia', ${key} || '@example.com', ${kind === "postgres" ? "true" : "1"}, ${now}, ${now} FROM ${numbers}`);
    await run(`INSERT INTO "member" ("id", "organizationId", "userId", "role", "createdAt")
      SELECT ${key}, '${organizationId}', ${key}, 'member', ${now} FROM ${numbers}`);
    await run("ANALYZE");
    return { organizationId, members: Array.from({ length: size - 1 }, (_, at) => `${organizationId}-${at + 1}`) };
  }

  const kept = new Map();
  async function list(size, count) {
    if (!kept.has(size)) kept.set(size, await foundOf(size));
    const { organizationId } = kept.get(size);
    return times(count, async () => {
      const { members } = await insist(owner, "GET", `/list-members?organizationId=${organizationId}&limit=100`);
      if (members.length !== 100) throw new Error(`${members.length} members are listed.`);
    });
  }

  const rows = {
    get: async (count) => {
      const organizationId = await found();
      return times(count, async () => {
        const body = { organizationId, permissions: { member: ["update"] } };
        const { success } = await insist(owner, "POST", "/has-permission", body);
        if (!success) throw new Error("The permission is missing.");
      });
    },
    create: async (count) => {
      const operations = [];
      for (const email of people(count)) {
        const creator = await signIn(email);
        operations.push(() => found(undefined, creator));
      }
      return operations;
    },
    invite: async (count) => {
      const operations = [];
      for (const emails of parts(people(count))) {
        const organizationId = await found();
        operations.push(...emails.map((email) => () => invite(organizationId, email)));
      }
      return operations;
    },
    "invite-100": async (count) => {
      const organizations = [];
      for (let at = 0; at < count; at++) organizations.push(await found());
      return organizations.map((organizationId) => async () => {
        for (const email of people(manyInvitations)) await invite(organizationId, email);
      });
    },
    accept: async (count) => {
      const operations = [];
      for (const emails of parts(people(count))) operations.push(...(await accepting(await found(), emails)));
      return operations;
    },
    role: async (count) => {
      const { organizationId, members } = await foundOf(count + 1);
      return members.map(
        (memberId) => () => insist(owner, "POST", "/update-member-role", { memberId, role: "admin", organizationId }),
      );
    },
    remove: async (count) => {
      const { organizationId, members } = await foundOf(count + 1);
      return members.map(
        (memberIdOrEmail) => () => insist(owner, "POST", "/remove-member", { memberIdOrEmail, organizationId }),
      );
    },
    "list-1000": (count) => list(1_000, count),
    "list-10000": (count) => list(10_000, count),
    "list-100000": (count) => list(100_000, count),
  };

  return {
    prepare: async (row, count) => rows[row]?.(count),
    race,
    ...(kind === "sqlite" && {
      trips: () => counted.trips,
      delay: (ms) => {
        counted.delayMs = ms;
      },
    }),
  };
}

function openPostgres(port) {
  const pool = new Pool({ host: "127.0.0.1", port: Number(port), user: "bench", database: "postgres" });
  return { database: pool, run: (sql) => pool.query(sql) };
}

function openSqlite(file, counted) {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  const inner = new NodeSqliteDialect({ database });
  const dialect = {
    createAdapter: () => inner.createAdapter(),
    createQueryCompiler: () => inner.createQueryCompiler(),
    createIntrospector: (db) => inner.createIntrospector(db),
    createDriver: () => count(inner.createDriver(), counted),
  };
  return { database: { dialect, type: "sqlite" }, run: async (sql) => database.exec(sql) };
}

/** Counts statements, and makes them as slow as if the database were elsewhere. */
function count(driver, counted) {
  const acquire = driver.acquireConnection.bind(driver);
  driver.acquireConnection = async () => {
    const connection = await acquire();
    if (!Object.hasOwn(connection, "executeQuery")) {
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = async (query) => {
        counted.trips++;
        if (counted.delayMs > 0) await pause(counted.delayMs);
        return execute(query);
      };
    }
    return connection;
  };
  return driver;
}

const parts = (emails) =>
  Array.from({ length: Math.ceil(emails.length / perOrganization) }, (_, at) =>
    emails.slice(at * perOrganization, (at + 1) * perOrganization),
  );

const times = (count, one) => Array.from({ length: count }, () => one);
