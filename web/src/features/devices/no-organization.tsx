import { Link } from "@tanstack/react-router";
import { Banner } from "#ui/banner.tsx";

/** Says that there is nothing to link a device to. */
export function NoOrganization() {
  return (
    <Banner
      tone="info"
      action={
        <Link to="/organizations/new" className="font-medium underline underline-offset-2">
          Create an organization
        </Link>
      }
    >
      You aren’t in an organization that a device can be linked to. Ask for an invitation or create an organization,
      then start again on the device.
    </Banner>
  );
}
