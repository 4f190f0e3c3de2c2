/** The page at `/` for whoever opens the address in a browser: what this is, and where to ask. */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

const STYLE = `:root{color-scheme:light dark;font:1.0625rem/1.6 "Be Vietnam Pro",system-ui,sans-serif}
body{max-width:44rem;margin:0 auto;padding:2rem 1.25rem}
h1{line-height:1.25;margin:0 0 .25rem}
pre{padding:1rem;overflow:auto;border:1px solid #8886;border-radius:.5rem;font-size:.9375rem}
a{color:inherit;text-underline-offset:.2em}
a:focus-visible{outline:3px solid #1a6fd4;outline-offset:2px}
.button{display:inline-block;padding:.6rem 1.1rem;border-radius:.5rem;background:#0b5cad;color:#fff;text-decoration:none;font-weight:600}
li{margin:.35rem 0}`

/** Registers `/`. The page has one inline style, allowed by its hash, and no script. */
export function registerHome(app: FastifyInstance, exampleQuery: string): void {
  const html = homePage(exampleQuery)
  const contentSecurityPolicy = {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: [`'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`],
      imgSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  }
  app.get('/', { helmet: { contentSecurityPolicy } }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html),
  )
}

function homePage(exampleQuery: string): string {
  const query = exampleQuery.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Nhân Rộng – mô hình toàn dân bảo vệ an ninh Tổ quốc</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Nhân Rộng</h1>
<p>Kho tri thức về các mô hình của phong trào “Toàn dân bảo vệ an ninh Tổ quốc” có thể nhân rộng: mô hình bắt đầu ở đâu,
làm như thế nào, kết quả ra sao, nơi nào đã làm theo, nguồn nào nói vậy.</p>
<p><a class="button" href="/ide">Hỏi thử trên trình duyệt</a></p>
<h2>Một câu hỏi mẫu</h2>
<pre><code>${query}</code></pre>
<p>Gửi câu hỏi bằng <code>POST /graphql</code>, hoặc mở <a href="/ide">công cụ hỏi đáp GraphQL</a>: câu hỏi mẫu đã có sẵn ở đó.</p>
<h2>Dành cho người phát triển và vận hành</h2>
<ul>
<li><a href="/schema.graphql">Lược đồ GraphQL</a>: mọi điều có thể hỏi, kèm giải thích</li>
<li><a href="/readyz">Tình trạng máy chủ</a> và <a href="/metrics">số đo vận hành</a></li>
</ul>
</main>
</body>
</html>
`
}
