/**
 * Replaces node:http in the bundles. A static or dynamic import makes Node fill in every export, including those that
 * load its whole fetch: about 30 ms of CPU at a cold start, for functions that never fetch.
 */
const http = process.getBuiltinModule("node:http");

export const { Agent, request } = http;
export { http as default };
