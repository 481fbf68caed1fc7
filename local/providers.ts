import type { ProviderAnswer, ProviderRequest, Providers } from "@muster/core/kernel/provider-port.ts";

// What providers of models are to a deployment, this is to a local run: it sends nothing anywhere. No bundle for Lambda
// holds this.

/** The answers to keys, by a word that is in the key or in the host that is asked; any other key is accepted. */
const answers: readonly [sign: RegExp, answer: ProviderAnswer][] = [
  [/refused/i, { status: 401 }],
  [/limited/i, { status: 429 }],
  [/broken/i, { status: 503 }],
  [/unreachable/i, { fault: "connection" }],
];

/** Answers like providers do, within a moment. */
export const openProviders = (told?: (request: ProviderRequest) => void): Providers => ({
  ask: async (request) => {
    told?.(request);
    const { url, headers, signature, body } = request;
    const sent = JSON.stringify([new URL(url).hostname, headers, signature, body]);
    return answers.find(([sign]) => sign.test(sent))?.[1] ?? { status: 200 };
  },
});
