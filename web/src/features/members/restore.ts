import { ApiError } from "#lib/failure.ts";
import { listInvitations, reinstateMember } from "#lib/people.ts";

/** Finds removed members by address among the newest former ones, and restores them. */
export function createRestore(organizationId: string) {
  const found = new Map<string, string>();

  async function look(email: string) {
    let cursor: string | undefined;
    do {
      const page = await listInvitations(organizationId, { tab: "former" }, cursor);
      for (const former of page.items) {
        found.set(former.email, former.id);
      }
      cursor = page.next;
    } while (cursor !== undefined && !found.has(email));
    return found.get(email);
  }

  return async (email: string) => {
    const invitation = found.get(email) ?? (await look(email));
    if (invitation === undefined) {
      throw new ApiError("member.missing", "No former member has this address.", { status: 404 });
    }
    return reinstateMember(organizationId, invitation);
  };
}
