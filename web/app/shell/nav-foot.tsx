import { LiveRefresh } from "../../live/live-refresh.tsx";
import { FunnelStrip } from "./funnel-strip.tsx";

/** What stands under the menu on every page. Its code comes after the page: the first page is not to wait for it. */
export function NavFoot({ showsFunnel }: { readonly showsFunnel: boolean }) {
  return (
    <>
      {showsFunnel ? <FunnelStrip /> : null}
      <LiveRefresh />
    </>
  );
}
