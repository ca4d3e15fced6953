-- One request of as many bytes as the argument says, over and over.
function init(args)
  wrk.method = "POST"
  wrk.headers["content-type"] = "application/json"
  wrk.body = '{"image":"' .. string.rep("A", tonumber(args[1]) - 12) .. '"}'
  local one = wrk.format()
  request = function() return one end
end
