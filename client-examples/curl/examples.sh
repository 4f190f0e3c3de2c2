#!/bin/sh
# Runs the calls of README.md against GRAPHQL_URL (default: what `npm start` serves) and prints the answers. Needs curl only.
set -eu

url=${GRAPHQL_URL:-http://127.0.0.1:4000/graphql}

say() { printf '\n# %s\n' "$1"; }

say 'A model by POST'
curl --silent --show-error --fail "$url" \
  -H 'content-type: application/json' \
  -d '{"query":"query ($slug: String!) { model(slug: $slug) { name summary origin { placeAsWritten startedOn } } }","variables":{"slug":"cau-lac-bo-huong-thien"}}'

say 'The same by GET'
curl --silent --show-error --fail --get "$url" \
  -H 'apollo-require-preflight: true' \
  --data-urlencode 'query=query ($slug: String!) { model(slug: $slug) { name summary } }' \
  --data-urlencode 'variables={"slug":"cau-lac-bo-huong-thien"}'

say 'Search without marks'
curl --silent --show-error --fail "$url" \
  -H 'content-type: application/json' \
  -d '{"query":"{ searchModels(query: \"huong thien\", first: 3) { totalCount nodes { slug name } } }"}'

say 'A page that is too long: what is wrong, with its code'
curl --silent --show-error "$url" \
  -H 'content-type: application/json' -H 'accept: application/graphql-response+json' \
  -d '{"query":"{ models(first: 101) { totalCount } }"}'
printf '\n'
