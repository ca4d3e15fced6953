-- How many items wait, those that are under way included.
return redis.call('XLEN', KEYS[1] .. 'queue')
