# Answers one line of JSON with one: what Ruby's Psych writes for a value, and what it reads in a document.
require 'json'
require 'yaml'

def described(value)
  case value
  when Array then value.map { |item| described(item) }
  when Hash then { 'map' => value.map { |key, item| [described(key), described(item)] } }
  when Symbol then { 'symbol' => value.to_s }
  when Float then { 'float' => value.to_s }
  when Integer then { 'integer' => value.to_s }
  when String, true, false, nil then value
  else { 'other' => value.class.name }
  end
end

$stdout.sync = true
$stdin.each_line do |line|
  request = JSON.parse(line)
  reply =
    if request.key?('write')
      begin
        { 'text' => request['write'].to_yaml }
      rescue ArgumentError # strings such as '0b_': it fails to read what it would write
        { 'text' => nil }
      end
    else
      begin
        { 'value' => described(YAML.unsafe_load(request['read'])) }
      rescue Psych::SyntaxError, Psych::BadAlias, ArgumentError => e
        { 'error' => e.class.name }
      end
    end
  puts JSON.generate(reply)
end
