-- Small and large photos, wrong requests and the page, in turns, with a pause between.
function init(args)
  local json = { ["content-type"] = "application/json" }
  local endpoint = "/v1/bria-replace-background"
  local function photo(bytes)
    local body = '{"image":"' .. string.rep("A", bytes - 12) .. '"}'
    return wrk.format("POST", endpoint, json, body)
  end
  local all = {
    photo(1000), photo(100000), photo(1000000), photo(100000), photo(4000000), photo(12000000),
    wrk.format("POST", endpoint, json, '{"image":7}'),
    wrk.format("POST", endpoint, json, "{"),
    wrk.format("GET", "/", {}), wrk.format("GET", "/healthz", {}), wrk.format("GET", "/missing", {}),
  }
  local at = 0
  request = function()
    at = at % #all + 1
    return all[at]
  end
  delay = function() return 20 end
end
