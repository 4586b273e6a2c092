import type { Project } from "../projects/directory.ts";
import bunMainTestTs from "./templates/bun/main.test.ts.txt" with { type: "text" };
import bunMainTs from "./templates/bun/main.ts.txt" with { type: "text" };
import bunPackageJson from "./templates/bun/package.json.txt" with { type: "text" };
import bunReadmeMd from "./templates/bun/README.md.txt" with { type: "text" };
import nodeMainJs from "./templates/node/main.js.txt" with { type: "text" };
import nodeMainTestJs from "./templates/node/main.test.js.txt" with { type: "text" };
import nodePackageJson from "./templates/node/package.json.txt" with { type: "text" };
import nodeReadmeMd from "./templates/node/README.md.txt" with { type: "text" };
import pythonMainPy from "./templates/python/main.py.txt" with { type: "text" };
import pythonReadmeMd from "./templates/python/README.md.txt" with { type: "text" };
import pythonTestMainPy from "./templates/python/test_main.py.txt" with { type: "text" };
import webIndexHtml from "./templates/web/index.html.txt" with { type: "text" };
import webPageJs from "./templates/web/page.js.txt" with { type: "text" };
import webReadmeMd from "./templates/web/README.md.txt" with { type: "text" };
import webServerTestTs from "./templates/web/server.test.ts.txt" with { type: "text" };
import webServerTs from "./templates/web/server.ts.txt" with { type: "text" };
import webStyleCss from "./templates/web/style.css.txt" with { type: "text" };

/** What lies in a new project, by its template: each a program of a page with its test, and words on how to run both. */
export const templateFiles: Record<Project["template"], Record<string, string>> = {
  blank: {},
  bun: { "README.md": bunReadmeMd, "main.test.ts": bunMainTestTs, "main.ts": bunMainTs, "package.json": bunPackageJson },
  node: { "README.md": nodeReadmeMd, "main.js": nodeMainJs, "main.test.js": nodeMainTestJs, "package.json": nodePackageJson },
  python: { "README.md": pythonReadmeMd, "main.py": pythonMainPy, "test_main.py": pythonTestMainPy },
  web: { "README.md": webReadmeMd, "index.html": webIndexHtml, "page.js": webPageJs, "server.test.ts": webServerTestTs, "server.ts": webServerTs, "style.css": webStyleCss },
};
