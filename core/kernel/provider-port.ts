/** With which credentials of AWS a request is signed, and for which of its services. */
export type AwsSignature = {
  service: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
};

/** One request to a provider outside. Its headers and its body may hold a key: they are sent, and kept nowhere. */
export type ProviderRequest = {
  method: "GET" | "POST";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Signed as AWS wants it. */
  signature?: AwsSignature;
};

/** Reasons that there is no answer. */
export const providerFaults = ["name", "address", "certificate", "timeout", "connection"] as const;
export type ProviderFault = (typeof providerFaults)[number];

/** The status of the answer, of which nothing else is read. */
export type ProviderAnswer = { status: number } | { fault: ProviderFault };

/** Reaches providers at public addresses only. */
export type Providers = { ask(request: ProviderRequest): Promise<ProviderAnswer> };
