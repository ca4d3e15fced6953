-- What was spent today.
local day = math.floor(tonumber(redis.call('TIME')[1]) / 86400)
local spent = redis.call('HMGET', KEYS[1] .. 'spent:' .. day, 'calls', 'credits')
return { tonumber(spent[1] or '0'), tonumber(spent[2] or '0') }
