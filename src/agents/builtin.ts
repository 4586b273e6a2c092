import architect from "./builtin/architect.md" with { type: "text" };
import dataAnalyst from "./builtin/data-analyst.md" with { type: "text" };
import devManager from "./builtin/dev-manager.md" with { type: "text" };
import engineer from "./builtin/engineer.md" with { type: "text" };
import grimlock from "./builtin/grimlock.md" with { type: "text" };
import platformEngineer from "./builtin/platform-engineer.md" with { type: "text" };
import productManager from "./builtin/product-manager.md" with { type: "text" };
import securityEngineer from "./builtin/security-engineer.md" with { type: "text" };
import { parsePersona, type Written } from "./files.ts";

/** The agents that come with Colony, the company's assistant before the crew. */
export const builtIn: readonly Written[] = Object.entries({
  grimlock,
  "dev-manager": devManager,
  "product-manager": productManager,
  architect,
  engineer,
  "data-analyst": dataAnalyst,
  "platform-engineer": platformEngineer,
  "security-engineer": securityEngineer,
}).map(([name, text]) => ({ ...parsePersona(text, `${name}.md`), file: null }));
