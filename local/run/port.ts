import { createServer } from "node:net";
import { freePort } from "../engine/engine.ts";

/** Nothing can listen on the port; the message says what to do. */
export class PortUnusable extends Error {
  override name = "PortUnusable";
}

/**
 * Returns the requested port, or a free one for 0.
 * @param words the arguments, which the message repeats with another port
 * @param probe returns the error code, or nothing if the port can be used
 * @throws PortUnusable
 */
export async function choosePort(wanted: number, words: readonly string[], probe = tryPort): Promise<number> {
  if (wanted === 0) return freePort();
  const code = await probe(wanted);
  if (code === undefined) return wanted;
  for (let other = Math.max(wanted, 1024) + 1; other <= Math.min(Math.max(wanted, 1024) + 20, 65_535); other++) {
    if ((await probe(other)) === undefined) throw unusable(wanted, code, { other, words });
  }
  throw unusable(wanted, code, { other: await freePort(), words });
}

function unusable(
  port: number,
  code: string,
  { other, words }: { other: number; words: readonly string[] },
): PortUnusable {
  const others = words.filter((word, i) => !/^--port(=|$)/.test(word) && words[i - 1] !== "--port");
  const why =
    code === "EADDRINUSE"
      ? `Port ${port} is taken.`
      : code === "EACCES"
        ? `This user may not listen on port ${port}: ports below 1024 are for administrators.`
        : `Nothing can listen on port ${port} (${code}).`;
  return new PortUnusable(`${why} Port ${other} is free: npm start -- ${[...others, "--port", other].join(" ")}`);
}

function tryPort(port: number): Promise<string | undefined> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(undefined)));
  });
}
