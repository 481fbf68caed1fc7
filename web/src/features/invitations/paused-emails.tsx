import type { Organization } from "#lib/api.ts";
import { Banner } from "#ui/banner.tsx";
import { Time } from "#ui/time.tsx";

/** Says that emails of invitations wait, and what ends it; nothing while they are sent. */
export function PausedEmails({ organization: { mailsPaused } }: { organization: Organization }) {
  if (!mailsPaused) {
    return null;
  }
  return (
    <Banner tone="warning">
      <span className="font-medium">Invitation emails are paused</span> since <Time at={mailsPaused.at} />:{" "}
      {mailsPaused.why === "complained"
        ? "too many recipients reported an invitation as spam."
        : "too many invitations bounced."}{" "}
      You can invite people, and their emails wait. Revoke the invitations to wrong addresses, and then contact the
      operator, who can resume the emails.
    </Banner>
  );
}
