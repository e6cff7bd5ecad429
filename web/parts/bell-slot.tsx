import { lazy } from "react";
import { AfterPage } from "../ui/after-page.tsx";
import { BellRingingIcon } from "../ui/icons.ts";

const Bell = lazy(() => import("./bell.tsx").then(({ Bell }) => ({ default: Bell })));

/** Where the bell hangs. Its code comes after the page: the first page is not to wait for it. */
export const BellSlot = ({ className }: { readonly className: string | undefined }) => (
  <AfterPage
    instead={
      <span className={className} aria-hidden>
        <BellRingingIcon size={17} stroke={1.7} />
      </span>
    }
  >
    <Bell className={className} />
  </AfterPage>
);
