"""The policy of the smallest desk: one engineer, Eve, who is always on call for everything."""

POLICY = """
[[engineers]]
id = "eve"
name = "Eve Brandt"
tier = "architect"
region = "emea"
time_zone = "Europe/Berlin"
identities = { slack = "U2" }

[[teams]]
name = "everybody"
schedule = "always"

[[schedules]]
name = "always"
rotation_start = 2026-01-05
[[schedules.shifts]]
name = "day"
region = "emea"
time_zone = "UTC"
start = "00:00"
end = "00:00"
roles = { architect = ["eve"], lead = ["eve"], senior = ["eve"], support = ["eve"], frontline = ["eve"] }
"""
