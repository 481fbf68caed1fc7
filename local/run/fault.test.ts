import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { listen } from "@muster/local-base/server.ts";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { armFault } from "./fault.ts";

test.each(["kill", "kill@0", "kill@-1", "kill@x", "kill@1:", "stop@1"])("the fault %s is explained", (fault) => {
  expect(() => armFault(fault)).toThrow("MUSTER_FAULT must be kill@N");
});

test("without a fault nothing is armed", () => {
  expect(() => armFault(undefined)).not.toThrow();
});

test.each([
  ["kill@2", ["/outside-1", "/inside-1", "/outside-2"]],
  ["kill@1:late", ["/outside-1", "/inside-1", "/outside-2"]],
  ["kill@2:late", ["/outside-1", "/inside-1", "/outside-2", "/inside-2", "/outside-3"]],
])(
  "with %s the process dies before that call of an invoked function is sent, and no other calls count",
  async (fault, sent) => {
    const called: string[] = [];
    const server = await listen((request, response) => {
      called.push(request.url ?? "");
      response.end();
    });
    const program = `
    import { request } from "node:http";
    import { armFault, markInvoked } from "./fault.ts";
    const call = (path) => new Promise((resolve) =>
      request("${server.endpoint}" + path, { method: "POST" }, (answer) => answer.resume().on("end", resolve)).end("{}"));
    armFault("${fault}");
    await call("/outside-1");
    await markInvoked("early", async () => { await call("/inside-1"); })();
    await call("/outside-2");
    await markInvoked("late", async () => { await call("/inside-2"); })();
    await call("/outside-3");
    await markInvoked("late", async () => { await call("/inside-3"); })();`;
    const resolveDir = fileURLToPath(new URL(".", import.meta.url));
    const bundled = await build({
      stdin: { contents: program, resolveDir },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
    });
    const child = spawn(process.execPath, ["--input-type=module", "-e", bundled.outputFiles[0]?.text ?? ""]);
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
    expect(called).toEqual(sent);
    await server.stop();
  },
);
