"""Tables of study groups: groups.py for who, plans and files; meetings.py for sessions."""
