-- One request of as many bytes as the first argument says, over and over; with a second one each
-- has a key of its own that begins so; with a third one there are so many milliseconds between.
function init(args)
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  local pause = tonumber(args[3] or "0")
  if pause > 0 then
    delay = function() return pause end
  end
  local body = '{"image":"' .. string.rep("A", tonumber(args[1]) - 12) .. '"}'
  local prefix = args[2] or ""
  if prefix == "" then
    wrk.body = body
    local one = wrk.format()
    request = function() return one end
    return
  end
  -- Only the key is written anew: the body is large.
  local place = string.rep("k", 12)
  wrk.headers["idempotency-key"] = prefix .. place
  wrk.body = body
  local head, rest = wrk.format():match("^(.-)" .. place .. "(.*)$")
  local at = 0
  request = function()
    at = at + 1
    return head .. string.format("%012d", at) .. rest
  end
end
