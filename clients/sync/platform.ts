/** Returns the platform of this process, in the words of the API. */
export function thisPlatform(): "macos" | "windows" | "linux" | "other" {
  if (process.platform === "darwin") return "macos";
  if (process.platform === "win32") return "windows";
  return process.platform === "linux" ? "linux" : "other";
}
