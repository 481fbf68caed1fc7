import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const token = `mst_ses_01K${"0".repeat(23)}${"aZ9".repeat(15)}`;
const module = new URL("log.ts", import.meta.url).href;

/** Runs this code in a process, and returns its log lines. */
function logged(code: string): Record<string, unknown>[] {
  const script = `import { log } from ${JSON.stringify(module)};\nconst token = ${JSON.stringify(token)};\n${code}`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_FUNCTION_NAME: "muster-test",
      POWERTOOLS_LOG_LEVEL: "DEBUG",
      MUSTER_RELEASE: "v1.2.0",
    },
  });
  // info is written to one, warnings and errors to the other
  return (stdout + stderr)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe("a line of the log", () => {
  test("is JSON with a level, a time and the message", () => {
    const [line] = logged('log.info("Hello.", { id: "evt_1", count: 3 });');
    expect(line).toMatchObject({
      level: "INFO",
      message: "Hello.",
      service: "muster",
      release: "v1.2.0",
      id: "evt_1",
      count: 3,
    });
    expect(Date.parse(String(line?.timestamp))).not.toBeNaN();
  });

  test("hides a value by its name, at any depth", () => {
    const [line] = logged(`log.info("Hello.", {
      request: {
        headers: { Authorization: "Bearer abc", cookie: "a=b", "set-cookie": ["a=b"], "x-muster-origin": "abc", host: "h" },
        body: [{ code: "K7QMX2PW" }, { sessionToken: "abc" }, { originSecret: { text: "abc" } }, { password: 7 }],
      },
      pepper: "abc",
    });`);
    const hidden = "[redacted]";
    expect(line).toMatchObject({
      request: {
        headers: { Authorization: hidden, cookie: hidden, "set-cookie": hidden, "x-muster-origin": hidden, host: "h" },
        body: [{ code: hidden }, { sessionToken: hidden }, { originSecret: hidden }, { password: hidden }],
      },
      pepper: hidden,
    });
    expect(JSON.stringify(line)).not.toMatch(/abc|a=b|K7QMX2PW/);
  });

  test("hides the key of a provider by its name and by its pattern", () => {
    const keys = [
      "sk-proj-Marked0123456789",
      "sk-ant-api03-Marked01234",
      "AIzaMarked0123456789abc",
      "ABSKMarked0123456789+/==",
    ];
    keys.push("bedrock-api-key-Marked0123456789", "AKIAMARKED0123456789", "ASIAMARKED0123456789");
    keys.push("-----BEGIN PRIVATE KEY-----\\nMarked\\n-----END PRIVATE KEY-----");
    const [line] = logged(`log.error("It failed with ${keys.join(" and ")}.", {
      credentials: { kind: "openai", key: "Marked" },
      headers: { "x-api-key": "Marked", "api-key": "Marked", "x-goog-api-key": "Marked" },
      file: { private_key: "Marked", serviceAccount: "Marked", secretAccessKey: "Marked", sessionToken: "Marked" },
      error: new Error(${JSON.stringify(keys[0])}),
      fault: { pk: "org_1#sec", sk: "sec_1" },
    });`);
    expect(JSON.stringify(line)).not.toMatch(/marked/i);
    expect(line).toMatchObject({ credentials: "[redacted]", fault: { pk: "org_1#sec", sk: "sec_1" } });
  });

  test("hides a signed token whole", () => {
    const signed = "mst_uns_01K0000000000000000000000020785.Marked-_Marked-_Marked";
    const [line] = logged(
      `log.info("Seen ${signed}, and ${signed}.", { path: "/api/v1/unsubscribe/${signed}/undo" });`,
    );
    expect(line).toMatchObject({
      message: "Seen [redacted], and [redacted].",
      path: "/api/v1/unsubscribe/[redacted]/undo",
    });
  });

  test("hides a token or a sign-in code by its pattern, in any text", () => {
    const [line] = logged(`log.info(\`Seen \${token}.\`, {
      header: \`Bearer \${token}\`,
      link: "https://muster.example/sign-in#flow=flow_1&code=K7QMX2PW",
      body: '{"flow":"flow_1","code":"k7qm-x2pw".toUpperCase()}',
      json: JSON.stringify({ flow: "flow_1", code: "K7QMX2PW" }),
      mail: "Your code is K7QM-X2PW.",
    });`);
    expect(line).toMatchObject({
      message: "Seen [redacted].",
      header: "Bearer [redacted]",
      link: "https://muster.example/sign-in#flow=flow_1&[redacted]",
      json: '{"flow":"flow_1","[redacted]"}',
      mail: "Your code is [redacted].",
    });
    expect(JSON.stringify(line)).not.toMatch(/mst_|K7QM-?X2PW/);
  });

  test("hides it in an error too: in its message, stack, fields and cause", () => {
    const [line] = logged(`
      const cause = Object.assign(new TypeError(\`caused by \${token}\`), { cookie: token });
      log.error("Failed.", { error: Object.assign(new Error(\`no session for \${token}\`, { cause }), { held: [token] }) });
    `);
    expect(line?.error).toMatchObject({
      name: "Error",
      message: "no session for [redacted]",
      stack: expect.stringMatching(/^Error: no session for \[redacted\]\n {4}at /),
      held: ["[redacted]"],
      cause: { name: "TypeError", message: "caused by [redacted]", cookie: "[redacted]" },
    });
    expect(JSON.stringify(line)).not.toContain("mst_");
  });

  test("shows the codes that say what went wrong", () => {
    const lines = logged(`
      log.warn("Gave up.", { code: "table.busy", error: Object.assign(new Error("no answer"), { code: "ECONNRESET" }) });
      log.warn("Gave up.", { error: Object.assign(new Error("no answer"), { code: "EPIPE" }) });
    `);
    expect(lines).toMatchObject([{ code: "table.busy", error: { code: "ECONNRESET" } }, { error: { code: "EPIPE" } }]);
  });

  test("leaves ids, dates and keys unchanged", () => {
    const fields = {
      id: "ses_01K0000000000000000000000A",
      at: "2026-11-24T09:00:00.000Z",
      requestId: "0f0e4c2a-5a55-4d9e-9b1a-2c0a4a4b8d11",
      pk: "org_01K0000000000000000000000A#log",
      arn: "arn:aws:sqs:eu-central-1:000000000000:work",
    };
    expect(logged(`log.info("Hello.", ${JSON.stringify(fields)});`)).toMatchObject([fields]);
  });
});
