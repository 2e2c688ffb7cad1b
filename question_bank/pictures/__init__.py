"""The pictures that items show: kept once each, by what they show, and never changed."""
