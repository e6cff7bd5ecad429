import "./app/mantine.css";
import "@mantine/notifications/styles.layer.css";
import "./app/tokens.css";
import "./app/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { startI18n } from "./app/i18n.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

await startI18n();
createRoot(root).render(<App />);

// The web font only serves machines without a Japanese font; its 124 ranges must not delay the first paint.
void import("./app/fonts.ts");
